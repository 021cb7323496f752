"""How an engine's work is cut: into how many forward passes side by side, of how many photos."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

SIZES: Final = (4, 8, 16)
"""Of a batch on a CPU: above, nothing is gained, and a single photo waits longer."""
ACCELERATOR_SIZES: Final = (16, 32, 64, 128, 256)
"""Of a batch on a GPU: 256 photos fill a large one, whatever the model."""
ACCELERATOR_STREAMS: Final = (1, 2, 3)
"""Batches in flight: one is computed while another one goes to the device, or its answers come back."""


@dataclass(frozen=True, slots=True)
class Shape:
    streams: int
    batch_size: int
    grown: int | None = None
    """Photos in the largest batch, where more than a full one wait; None: no more than in a full one."""

    @property
    def largest_batch(self) -> int:
        return max(self.batch_size, self.grown or 0)

    @property
    def photos(self) -> int:
        """In the engine at a time, when it is busy."""
        return self.streams * self.batch_size

    def __str__(self) -> str:
        growing = f" to {self.grown}" if self.largest_batch > self.batch_size else ""
        return f"{self.streams} x {self.batch_size}{growing}"


def shapes(threads: int, batch_size: int | None, streams: int | None = None) -> list[Shape]:
    """What is worth trying on a CPU: all cores on one pass, or each core on its own."""
    return _each(
        {1, threads} if streams is None else {streams}, SIZES if batch_size is None else (batch_size,)
    )


def accelerator_shapes(batch_size: int | None, streams: int | None = None) -> list[Shape]:
    """What is worth trying on a GPU."""
    return _each(
        ACCELERATOR_STREAMS if streams is None else (streams,),
        ACCELERATOR_SIZES if batch_size is None else (batch_size,),
    )


def _each(streams: Iterable[int], sizes: Iterable[int]) -> list[Shape]:
    return [Shape(count, size) for count in sorted(streams) for size in sizes]


@dataclass(frozen=True, slots=True)
class ShapeSettings:
    """What was said of the shape; the rest is to be found."""

    fixed: Shape | None = None
    """The only one to be had."""
    batch_size: int | None = None
    streams: int | None = None
    threads: int | None = None
    """That work on the CPU."""

    @property
    def cores(self) -> int:
        return self.threads or os.cpu_count() or 1

    def on_cpu(self) -> list[Shape]:
        return [self.fixed] if self.fixed else shapes(self.cores, self.batch_size, self.streams)

    def on_accelerator(self) -> list[Shape]:
        return [self.fixed] if self.fixed else accelerator_shapes(self.batch_size, self.streams)

    def unmeasured(self, default: Shape) -> Shape:
        return self.fixed or Shape(self.streams or default.streams, self.batch_size or default.batch_size)
