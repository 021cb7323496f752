"""Places that few may hold at once, given in turn by owner (fair queueing): nobody's crowd delays another."""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.errors import BirdsError, Code
from shared.records import OwnerId

WAIT_S = 60.0  # as long as a request may be silent; then its client is told, and comes back


class Turns:
    """`places` in all, of which one owner holds at most `each`."""

    def __init__(self, places: int, each: int, wait_s: float = WAIT_S) -> None:
        self._free = places
        self._each = each
        self._wait_s = wait_s
        self._held: Counter[OwnerId] = Counter()
        self._waiting: OrderedDict[OwnerId, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def one(self, owner: OwnerId) -> AsyncIterator[None]:
        """Hold a place. Raises `unavailable` where none came free in time.

        Who waits for others of the same owner waits on: something is being done for them.
        """
        await self._take(owner)
        try:
            yield
        finally:
            self._give_back(owner)

    async def _take(self, owner: OwnerId) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(owner, deque()).append(turn)
        self._hand_out()
        try:
            while not (await asyncio.wait({turn}, timeout=self._wait_s))[0]:
                if not self._held[owner]:
                    detail = "All places for that are taken by others; send it again later."
                    raise BirdsError(Code.UNAVAILABLE, detail)
        except BaseException:
            if turn.done():  # handed over in the moment of the cancellation
                self._give_back(owner)
            turn.cancel()
            raise

    def _give_back(self, owner: OwnerId) -> None:
        self._free += 1
        self._held[owner] -= 1
        if not self._held[owner]:
            del self._held[owner]
        self._hand_out()

    def _hand_out(self) -> None:
        """To whoever waits, owner by owner: who was given one goes to the end of the line."""
        for owner in list(self._waiting):
            if not self._free:
                return
            line = self._waiting[owner]
            while line and line[0].done():  # no longer waited for
                line.popleft()
            if line and self._held[owner] < self._each:
                line.popleft().set_result(None)
                self._free -= 1
                self._held[owner] += 1
                self._waiting.move_to_end(owner)
            if not line:
                del self._waiting[owner]
