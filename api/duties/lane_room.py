"""How many photos are to lie in a lane's queue: enough for the workers, and no more (flow control)."""

import asyncio
from collections.abc import Awaitable, Callable

from shared.broker.topology import LaneQueue

READY_S = 0.2  # for which they are to last; whoever comes waits so long behind what is there already
LEAST = 32  # photos for each consumer, beside those that it holds: the pace is not known to begin with
MOST = 4096  # for all; a second of several GPUs
LOW = 0.5  # of them in the queue: then it is filled up again, by a page that is worth its transaction


class LaneRoom:
    """Counts down what was published, and looks again when that is used up."""

    def __init__(self, look: Callable[[], Awaitable[LaneQueue]]) -> None:
        self._look = look
        self._left = 0
        self._waiting = 0  # as far as we know: what was found, and what was published since
        self._pace = 0.0  # photos a second that workers took
        self._looked_at = float("-inf")
        self.moving = True
        """Whether workers took any between the last two looks."""

    async def left(self) -> int:
        """How many more may be published now. Raises SessionLost."""
        if self._left <= 0:
            queue = await self._look()
            self._note_pace(queue.messages)
            window = self._window(queue.consumers)
            self._left = window - queue.messages if queue.messages <= LOW * window else 0
        return self._left

    def take(self) -> None:
        """One of them was published."""
        self._left -= 1
        self._waiting += 1

    def _note_pace(self, messages: int) -> None:
        now = asyncio.get_running_loop().time()
        taken = max(self._waiting - messages, 0)  # others may have published, too
        self._pace = (self._pace + taken / (now - self._looked_at)) / 2
        self.moving = taken > 0
        self._waiting, self._looked_at = messages, now

    def _window(self, consumers: int) -> int:
        least = LEAST * max(consumers, 1)
        return min(max(int(self._pace * READY_S), least), max(MOST, least))
