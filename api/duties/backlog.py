"""How many photos wait for a worker, and when that is too many: backpressure."""

import asyncio

from api import metrics
from shared.errors import BirdsError, Code
from shared.ledger.batches import Waiting, backlog_by_lane
from shared.ledger.database import Pool
from shared.records import Lane

CACHED_S = 1.0  # the count visits every batch with a backlog; a second of uploads changes little


class Backlog:
    """The ledger's count, asked at most once a second however many requests want it."""

    def __init__(self, pool: Pool, limit: int) -> None:
        self._pool = pool
        self._limit = limit
        self._waiting: dict[Lane, Waiting] = {}
        self._asked_at = float("-inf")
        self._asking = asyncio.Lock()

    async def waiting(self) -> dict[Lane, Waiting]:
        """What waits by lane; every lane is named."""
        async with self._asking:
            now = asyncio.get_running_loop().time()
            if now - self._asked_at >= CACHED_S:
                self._waiting = await backlog_by_lane(self._pool)
                self._asked_at = now
                for lane, waiting in self._waiting.items():
                    metrics.BACKLOG.labels(lane).set(waiting.photos)
                    metrics.BACKLOG_AGE.labels(lane).set(waiting.age_s)
        return self._waiting

    async def check(self, lane: Lane) -> None:
        """Raises `backlog-full`."""
        if (await self.waiting())[lane].photos >= self._limit:
            raise BirdsError(Code.BACKLOG_FULL, "Too many photos are waiting already; send these later.")
