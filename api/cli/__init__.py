"""The `birds` command."""
