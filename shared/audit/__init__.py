"""Accepting many answers by looking at a few: how many are right is stated from a random sample (audit)."""
