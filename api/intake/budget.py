"""Bounds the bytes of photos in memory over all requests of a process: a weighted semaphore, backpressure."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable

from api.turns import WAIT_S
from shared.errors import BirdsError, Code
from shared.records import OwnerId

OF_ONE = 0.5  # of the budget, for one owner: what is held by silence leaves the other half


class ByteBudget:
    """So many bytes; photos take their share as they are read and give it back once they are stored.

    Half-read photos could fill the budget and wait for each other for ever. So one of those that wait is
    always let through, of all and of each owner's: either may be exceeded by one photo.
    """

    def __init__(self, total: int, wait_s: float = WAIT_S) -> None:
        """`wait_s`: after which a photo is told that there is no room, whose owner has none stored either."""
        self._free = total
        self._of_one = int(OF_ONE * total)
        self._wait_s = wait_s
        self._held: Counter[OwnerId] = Counter()
        self._first: Share | None = None  # the one that need not wait
        self._firsts: dict[OwnerId, Share] = {}  # that need not wait for the same owner's
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def free(self) -> int:
        return self._free

    def share(self, owner: OwnerId, about_to_wait: Callable[[], None]) -> "Share":
        """`about_to_wait` should hurry on what its request holds elsewhere."""
        return Share(self, owner, about_to_wait)

    def take(self, share: "Share", size: int) -> bool:
        owner = share.owner
        beyond_all, beyond_own = size > self._free, self._held[owner] + size > self._of_one
        if self._first is not share:
            if beyond_all and self._first is not None:
                return False
            if beyond_own and self._firsts.get(owner, share) is not share:
                return False
        if beyond_all:
            self._first = share
        if beyond_own:
            self._firsts.setdefault(owner, share)
        self._free -= size
        self._held[owner] += size
        return True

    def give_back(self, share: "Share", size: int) -> None:
        self._free += size
        self._held[share.owner] -= size
        if not self._held[share.owner]:
            del self._held[share.owner]
        if self._first is share:
            self._first = None
        if self._firsts.get(share.owner) is share:
            del self._firsts[share.owner]
        for turn in self._waiting:  # each looks for itself; they are few
            if not turn.done():
                turn.set_result(None)
        self._waiting.clear()

    async def room(self, share: "Share", size: int) -> None:
        """Take `size` for `share`, once there is room. Raises `unavailable`."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._wait_s
        while not self.take(share, size):
            if await self._change(until - loop.time()):
                continue
            if self._held[share.owner] == share.held:
                detail = "Others take up the memory for photos on their way in; send it again later."
                raise BirdsError(Code.UNAVAILABLE, detail)
            until = loop.time() + self._wait_s  # something is being done for the same owner

    async def _change(self, timeout_s: float) -> bool:
        """Wait until something was given back; False if nothing was for so long."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        return bool((await asyncio.wait({turn}, timeout=max(0.0, timeout_s)))[0])


class Share:
    """What one photo holds of the budget."""

    __slots__ = ("_about_to_wait", "_budget", "held", "owner")

    def __init__(self, budget: ByteBudget, owner: OwnerId, about_to_wait: Callable[[], None]) -> None:
        self._budget = budget
        self._about_to_wait = about_to_wait
        self.owner = owner
        self.held = 0

    async def grow(self, size: int) -> None:
        """Raises `unavailable`."""
        if not self._budget.take(self, size):
            self._about_to_wait()
            await self._budget.room(self, size)
        self.held += size

    def release(self) -> None:
        """Give everything back; harmless when done twice."""
        held, self.held = self.held, 0
        self._budget.give_back(self, held)
