"""How an engine's work is cut: into how many forward passes side by side, of how many photos."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

SIZES: Final = (
    4,
    8,
    16,
)  # of a batch on a CPU: above, nothing is gained, and a single photo waits longer


@dataclass(frozen=True, slots=True)
class Shape:
    streams: int
    batch_size: int

    @property
    def photos(self) -> int:
        """In the engine at a time, when it is busy."""
        return self.streams * self.batch_size

    def __str__(self) -> str:
        return f"{self.streams} x {self.batch_size}"


def shapes(threads: int, batch_size: int | None) -> list[Shape]:
    """What is worth trying on a CPU: all cores on one pass, or each core on its own."""
    sizes: Iterable[int] = SIZES if batch_size is None else (batch_size,)
    return [Shape(streams, size) for streams in sorted({1, threads}) for size in sizes]
