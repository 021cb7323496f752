"""What runs a model on a batch: one Protocol, a few runtimes."""
