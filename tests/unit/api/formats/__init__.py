"""Formats of other tools, each judged by its own validator."""
