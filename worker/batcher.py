"""Collects decoded photos into batches (dynamic batching): full ones, or what is there in time."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from shared.records import Lane
from worker.delivery import Prepared

BULK_SHARE: Final = 4  # interactive photos leave one place in four to bulk ones, so that neither starves
ATTENDED_S: Final = (
    10.0  # after an interactive photo, its sender may look at the next ones; batches stay small
)


class Batcher:
    """Two waiting lines. Interactive photos go first and never wait for a batch to fill.

    Batches are of `size`. Where more photos wait than that, the engine is behind, and batches grow, by powers
    of two up to `largest`; not while somebody sends interactive ones, which wait for the batch before theirs.
    """

    def __init__(
        self,
        size: int,
        wait_s: float,
        largest: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`largest` None: as large as `size`. `wait_s` is the longest wait for `size` photos."""
        self._size = size
        self._largest = largest or size
        self._wait_s = wait_s
        self._clock = clock
        self._attended_until = -math.inf
        self._lines: dict[Lane, deque[Prepared]] = {lane: deque() for lane in Lane}
        self._arrived = asyncio.Event()
        self._turn = asyncio.Lock()
        self._is_empty_handed = False

    @property
    def engine_waits(self) -> bool:
        """Whether a stream asks for photos and there is none."""
        return self._is_empty_handed

    def put(self, photo: Prepared) -> None:
        if photo.delivery.lane is Lane.INTERACTIVE:
            self._attended_until = self._clock() + ATTENDED_S
        self._lines[photo.delivery.lane].append(photo)
        self._arrived.set()

    def forget_lost(self) -> None:
        for lane, line in self._lines.items():
            self._lines[lane] = deque(photo for photo in line if not photo.delivery.in_hand.is_lost)

    async def take(self) -> list[Prepared]:
        """The next batch, never empty; all of it prepared for one model. Streams take in turn."""
        async with self._turn:
            while True:
                await self._until_one_waits()
                if not self._lines[Lane.INTERACTIVE]:
                    try:
                        async with asyncio.timeout(self._wait_s):
                            await self._until(self._worth_starting)
                    except TimeoutError:
                        pass  # a part-filled batch is better than an idle engine
                if self._waiting():  # none may be left of a lost session
                    return self._pick()

    async def _until_one_waits(self) -> None:
        self._is_empty_handed = True
        try:
            await self._until(lambda: self._waiting() > 0)
        finally:
            self._is_empty_handed = False

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._arrived.clear()
            await self._arrived.wait()

    def _waiting(self) -> int:
        return sum(map(len, self._lines.values()))

    def _worth_starting(self) -> bool:
        return bool(self._lines[Lane.INTERACTIVE]) or self._waiting() >= self._size

    def _pick(self) -> list[Prepared]:
        interactive, bulk = self._lines[Lane.INTERACTIVE], self._lines[Lane.BULK]
        model = (interactive or bulk)[0].model
        size = self._grown()
        reserved = min(len(bulk), size // BULK_SHARE)
        batch: list[Prepared] = []
        for line, room in ((interactive, size - reserved), (bulk, size)):
            # A photo prepared for another model begins the batch after this one.
            while line and len(batch) < room and line[0].model is model:
                batch.append(line.popleft())
        return batch

    def _grown(self) -> int:
        """Never more than there is to fill it: what is left over fills the next one."""
        size = self._size
        if self._clock() < self._attended_until:
            return size
        while size < self._largest and (larger := min(2 * size, self._largest)) <= self._waiting():
            size = larger
        return size
