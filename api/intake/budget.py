"""Bounds the bytes of photos in memory over all requests of a process: a weighted semaphore, backpressure."""

import asyncio
from collections import deque
from collections.abc import Callable


class ByteBudget:
    """So many bytes; photos take their share as they are read and give it back once they are stored.

    Half-read photos could fill the budget and wait for each other for ever. So one of those that wait is
    always let through: the budget may be exceeded by one photo.
    """

    def __init__(self, total: int) -> None:
        self._free = total
        self._ahead: Share | None = None  # the one that need not wait
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def free(self) -> int:
        return self._free

    def share(self, about_to_wait: Callable[[], None]) -> "Share":
        """`about_to_wait` should hurry on what its request holds elsewhere."""
        return Share(self, about_to_wait)

    def take(self, share: "Share", size: int) -> bool:
        if size > self._free and self._ahead not in (None, share):
            return False
        if size > self._free:
            self._ahead = share
        self._free -= size
        return True

    def give_back(self, share: "Share", size: int) -> None:
        self._free += size
        if self._ahead is share:
            self._ahead = None
        for turn in self._waiting:  # each looks for itself; they are few
            if not turn.done():
                turn.set_result(None)
        self._waiting.clear()

    async def change(self) -> None:
        """Wait until something was given back."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        await turn


class Share:
    """What one photo holds of the budget."""

    __slots__ = ("_about_to_wait", "_budget", "_held")

    def __init__(self, budget: ByteBudget, about_to_wait: Callable[[], None]) -> None:
        self._budget = budget
        self._about_to_wait = about_to_wait
        self._held = 0

    async def grow(self, size: int) -> None:
        while not self._budget.take(self, size):
            self._about_to_wait()
            await self._budget.change()
        self._held += size

    def release(self) -> None:
        """Give everything back; harmless when done twice."""
        held, self._held = self._held, 0
        self._budget.give_back(self, held)
