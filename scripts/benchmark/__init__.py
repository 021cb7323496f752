"""Measures the whole system beside its limit, the engine alone, on the same photos in one run."""
