"""The answers of a batch as a file, written page by page."""
