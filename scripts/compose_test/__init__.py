"""Proves the production shape: brought up, used, scaled, and taken apart while it works."""
