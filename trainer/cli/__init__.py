"""`birds-train`: one module for each thing that is worked on."""
