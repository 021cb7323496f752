"""What both api and worker count, in Prometheus's terms; each process adds its own beside its code."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from prometheus_client import CONTENT_TYPE_LATEST, Histogram, generate_latest

CONTENT_TYPE = CONTENT_TYPE_LATEST
# From a fast database round trip to a stuck one.
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


def exposition() -> bytes:
    """All metrics of this process, in Prometheus's text format."""
    return generate_latest()


@contextmanager
def timed(histogram: Histogram) -> Iterator[None]:
    """Observe how many seconds the block took, also when it raises."""
    began = perf_counter()
    try:
        yield
    finally:
        histogram.observe(perf_counter() - began)
