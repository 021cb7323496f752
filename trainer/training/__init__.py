"""Trains teachers and students after recipes."""
