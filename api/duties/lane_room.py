"""How many photos are to lie in a lane's queue: enough for the workers, and no more (flow control)."""

import asyncio
from collections.abc import Awaitable, Callable

from shared.broker.topology import LaneQueue

LEAST = 32  # photos for each consumer: half a second of a small CPU, beside those that it holds already
MOST = 4096  # for all; a second of several GPUs
GROWTH = 2.0  # where it was gone so soon that workers may have waited for us
SOON_S = 0.25
SHRINKAGE = 0.9  # where it is still half full, less would have done


class LaneRoom:
    """Counts down what was published, and looks again when that is used up."""

    def __init__(self, look: Callable[[], Awaitable[LaneQueue]]) -> None:
        self._look = look
        self._window = 0.0
        self._left = 0
        self._published = False
        self._looked_at = float("-inf")

    async def left(self) -> int:
        """How many more may be published now. Raises SessionLost."""
        if self._left <= 0:
            queue = await self._look()
            now = asyncio.get_running_loop().time()
            self._window = self._adapted(queue, now - self._looked_at < SOON_S)
            self._looked_at = now
            self._left = max(int(self._window) - queue.messages, 0)
            self._published = False
        return self._left

    def take(self) -> None:
        """One of them was published."""
        self._left -= 1
        self._published = True

    def _adapted(self, queue: LaneQueue, soon: bool) -> float:
        least = LEAST * max(queue.consumers, 1)
        window = self._window
        if soon and self._published and queue.messages < window / 4:
            window *= GROWTH
        elif queue.messages > window / 2:
            window *= SHRINKAGE
        return min(max(window, least), max(MOST, least))
