"""Model bundles, where they come from, and the one preprocessing of training and serving."""
