"""Measures the whole system beside its limit, the engine alone, on the same photos in one run."""

import shared.blas  # noqa: F401 - before numpy is loaded, as in the worker
