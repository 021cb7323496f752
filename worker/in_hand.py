"""Counts the photos between delivery and acknowledgement, so that a stop can wait for them."""

import asyncio

from worker.metrics import IN_HAND


class InHand:
    def __init__(self) -> None:
        self._count = 0
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def count(self) -> int:
        return self._count

    def enter(self) -> None:
        self._count += 1
        self._empty.clear()
        IN_HAND.inc()

    def leave(self) -> None:
        self._count -= 1
        IN_HAND.dec()
        if self._count == 0:
            self._empty.set()

    async def drained(self, timeout_s: float) -> bool:
        """Wait until nothing is in hand, at most `timeout_s`; says whether that was reached."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._empty.wait()
        except TimeoutError:
            return False
        return True
