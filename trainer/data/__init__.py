"""Labelled photos, from wherever they come."""
