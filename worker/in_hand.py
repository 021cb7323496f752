"""The photos of one session with the broker between delivery and acknowledgement (in flight)."""

import asyncio

from worker.metrics import IN_HAND


class InHand:
    """What is in hand belongs to the session: when that is lost, all of it is delivered again."""

    def __init__(self) -> None:
        self._count = 0
        self._lost = False
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def count(self) -> int:
        return self._count

    @property
    def is_lost(self) -> bool:
        """Nothing of it can be acknowledged any more: whoever has some of it drops it."""
        return self._lost

    def enter(self) -> None:
        self._count += 1
        self._empty.clear()
        IN_HAND.inc()

    def leave(self) -> None:
        if self._lost:
            return
        self._count -= 1
        IN_HAND.dec()
        if self._count == 0:
            self._empty.set()

    def lose(self) -> None:
        """The session is over."""
        IN_HAND.dec(self._count)
        self._lost, self._count = True, 0
        self._empty.set()

    async def drained(self, timeout_s: float) -> bool:
        """Wait until nothing is in hand, at most `timeout_s`; says whether that was reached."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._empty.wait()
        except TimeoutError:
            return False
        return True
