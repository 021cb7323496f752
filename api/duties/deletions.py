"""Removes what was deleted or has expired, in portions beside requests: a million photos take minutes."""

import asyncio

import structlog

from api.duties.portions import PAUSE_S, Portions
from api.duties.sweeper import Sweeper
from shared.errors import Away, LedgerFull
from shared.ledger.database import Pool
from shared.ledger.deletions import (
    Portion,
    delete_portion,
    deleted_batches,
    mark_deleted,
    mark_expired,
    shown_alone,
    shown_alone_by_deleted,
)
from shared.records import BatchId, OwnerId

IN_REQUEST = 1000  # rows that go before whoever deletes is answered: of most batches all, in some 50 ms
AT_ONCE = 5000  # rows a transaction: some 200 ms, for which workers with answers for the batch wait
ROOM = 10_000  # objects that go where the ledger is too full to note that anything does
BATCHES = 100  # looked up at once


class Deletions:
    """Each api replica runs one; no two are at the same batch."""

    def __init__(self, pool: Pool, sweeper: Sweeper) -> None:
        self._pool = pool
        self._sweeper = sweeper
        self._portions = Portions("deletion", self.remove_all)

    async def delete(self, owner: OwnerId, batch_id: BatchId) -> None:
        """When this returns nobody finds the batch, and a small one is gone with its objects.

        Raises `not-found`.
        """
        try:
            await mark_deleted(self._pool, owner, batch_id)
        except LedgerFull:  # the photos' bytes can go all the same, and make some room
            await self._sweeper.make_room(await shown_alone(self._pool, owner, batch_id, ROOM))
            await mark_deleted(self._pool, owner, batch_id)
        try:
            portion = await self._remove(batch_id, IN_REQUEST)
        except Away as error:
            structlog.get_logger().warning("deletion goes on later", error=error.detail)
            portion = None
        if portion is None or not portion.done:
            self._portions.wake()

    async def run(self) -> None:
        await self._portions.run()

    async def remove_all(self) -> None:
        """What is marked now, but for batches that another process is at; then what expires. Raises Away."""
        for batch_id in await deleted_batches(self._pool, BATCHES):
            await self._remove_all_of(batch_id)
        while expired := await mark_expired(self._pool, BATCHES):
            for batch_id in expired:
                await self._remove_all_of(batch_id)

    async def _remove_all_of(self, batch_id: BatchId) -> None:
        while True:
            portion = await self._remove(batch_id, AT_ONCE)
            if portion is None or portion.done:
                return
            await asyncio.sleep(PAUSE_S)

    async def _remove(self, batch_id: BatchId, limit: int) -> Portion | None:
        try:
            portion = await delete_portion(self._pool, batch_id, limit)
        except LedgerFull:
            await self._sweeper.make_room(await shown_alone_by_deleted(self._pool, batch_id, ROOM))
            portion = await delete_portion(self._pool, batch_id, limit)
        if portion is not None:
            await self._sweeper.discard(portion.blob_ids)
        return portion
