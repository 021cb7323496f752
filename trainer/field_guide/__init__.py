"""Drawn birds: a data set that anyone can make in seconds, to train on where there are no photos."""
