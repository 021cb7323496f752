"""Forward passes as a GPU likes them: the same work on the same memory, recorded once for a few batch sizes.

Each stream has memory of its own on both sides, so that while one batch is computed, that of another stream
goes to the device or comes back from it.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from worker.engines.shape import Shape

See = Callable[[torch.Tensor], list[torch.Tensor]]
"""Of photos (B, H, W, 3) on the device, all that is told of them, each (B, …) in fp32."""


class StreamDevice(Protocol):
    """What one stream has of a device."""

    device: torch.device

    def host_memory(self, shape: Sequence[int], dtype: torch.dtype) -> torch.Tensor:
        """That the device reads and writes without the CPU's help."""

    def turn(self) -> AbstractContextManager[object]:
        """What is begun inside is done in its order, beside what other streams do."""

    def recorded(self, work: Callable[[], list[torch.Tensor]]) -> Callable[[], list[torch.Tensor]]:
        """The same work, on the same memory and into the same memory, however often it is called."""

    def wait(self) -> None:
        """Until all that was begun is done."""


def recorded_sizes(shape: Shape) -> list[int]:
    """Powers of two, so that less than half of a batch is padding; full batches and grown ones have none."""
    sizes = {shape.batch_size, shape.largest_batch}
    for first in (1, shape.batch_size):
        size = first
        while size < shape.largest_batch:
            sizes.add(size)
            size *= 2
    return sorted(sizes)


class RecordedStream:
    """Takes batches one after the other."""

    def __init__(self, device: StreamDevice, see: See, side: int, sizes: Sequence[int]) -> None:
        """`see` must treat each photo by itself: a batch is padded with what was there before."""
        self._device = device
        self._see = see
        self._sizes = sizes
        self._staged = device.host_memory((max(sizes), side, side, 3), torch.uint8)
        self._photos = torch.zeros(self._staged.shape, dtype=torch.uint8, device=device.device)
        self._passes: dict[int, Callable[[], list[torch.Tensor]]] = {}
        self._answers: list[torch.Tensor] = []

    def __call__(self, batch: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """All that is told of `batch`, which is no larger than the largest size."""
        count = len(batch)
        self._staged[:count].copy_(torch.from_numpy(batch))
        with self._device.turn():
            self._photos[:count].copy_(self._staged[:count], non_blocking=True)
            found = self._pass(count)()
            for answers, values in zip(self._answers_like(found), found, strict=True):
                answers[:count].copy_(values[:count], non_blocking=True)
            self._device.wait()
        return [answers[:count].numpy().copy() for answers in self._answers]

    def warm_up(self) -> None:
        """The largest first: the others find room in its memory."""
        for size in sorted(self._sizes, reverse=True):
            self(np.zeros((size, *self._staged.shape[1:]), np.uint8))

    def _pass(self, count: int) -> Callable[[], list[torch.Tensor]]:
        size = min(size for size in self._sizes if size >= count)
        if size not in self._passes:
            self._passes[size] = self._device.recorded(partial(self._see, self._photos[:size]))
        return self._passes[size]

    def _answers_like(self, found: list[torch.Tensor]) -> list[torch.Tensor]:
        if not self._answers:
            largest = max(self._sizes)
            self._answers = [
                self._device.host_memory((largest, *values.shape[1:]), values.dtype) for values in found
            ]
        return self._answers
