"""Removes from object storage what the ledger no longer names: garbage collection."""

import asyncio
from collections.abc import Sequence

import structlog

from shared.errors import Away, LedgerFull
from shared.ledger import blobs
from shared.ledger.blobs import Garbage
from shared.ledger.database import Pool
from shared.objects import ObjectStore
from shared.records import FIRST, INCOMING, BlobId, incoming_key, object_key, thumbnail_key

SWEEP_S = 600.0  # between rounds; what was deleted is swept at once
AGAIN_S = 10.0  # while there is garbage that could not be noted
ABANDONED_AFTER_S = 24 * 3600.0  # uploads that were announced and never came
UNDERWAY_S = (
    600.0  # an upload that began while its URL was valid, or a thumbnail in the making, takes no longer
)
AT_ONCE = 333  # blobs a round; three objects each stay within one multi-object delete
IN_REQUEST_S = 2.0  # that whoever deletes a batch waits for its objects; the rest goes in the background


class Sweeper:
    """Takes the garbage out; several may run at once, since removing twice is harmless."""

    def __init__(self, pool: Pool, objects: ObjectStore, *, upload_url_s: float) -> None:
        """`upload_url_s`: the lifetime of the URLs that are given out."""
        self._pool = pool
        self._objects = objects
        self._writable_s = upload_url_s + UNDERWAY_S
        self._abandoned_after_s = max(ABANDONED_AFTER_S, self._writable_s)
        self._garbage = asyncio.Event()
        self._undone: list[BlobId] = []  # not noted as garbage yet; after a restart they are abandoned

    async def run(self) -> None:
        while True:
            self._garbage.clear()
            try:
                await self._discard_undone()
                await self.discard_abandoned()
                await self.sweep_garbage()
                await self.sweep_incoming()
            except Away as error:
                structlog.get_logger().warning("sweep put off", error=error.detail)
            await self._rest()

    async def discard(self, blob_ids: Sequence[BlobId]) -> None:
        """Give up those that no photo shows any more; of a few the objects are gone when this returns.

        Where the ledger can't note that now, it is tried again later: the photos are gone already.
        """
        await self._discard(blob_ids)
        self._garbage.set()

    async def make_room(self, blob_ids: Sequence[BlobId]) -> None:
        """Remove the objects before the ledger says so, which has no space to. Raises StorageAway."""
        structlog.get_logger().warning("the ledger is full: objects go first", blobs=len(blob_ids))
        await self._objects.remove(key for blob_id in blob_ids for key in _keys(blob_id))

    async def _discard(self, blob_ids: Sequence[BlobId]) -> None:
        try:
            gone = await self._note_garbage(blob_ids)
        except Away as error:
            structlog.get_logger().warning("garbage is noted later", error=error.detail)
            self._undone += blob_ids
            return
        if not gone:
            return
        try:
            async with asyncio.timeout(IN_REQUEST_S):
                await self._remove([Garbage(blob_id, settled=False) for blob_id in gone[:AT_ONCE]])
        except (Away, TimeoutError) as error:
            structlog.get_logger().warning("objects are removed later", error=repr(error))

    async def sweep_garbage(self) -> None:
        """Remove the objects that are due. Raises Away; what is left is tried again later."""
        while garbage := await blobs.list_garbage(self._pool, AT_ONCE):
            await self._remove(garbage)

    async def sweep_incoming(self) -> None:
        """Remove what was put where uploads go and was never completed, or was put there again."""
        for digit in range(16):
            prefix = f"{INCOMING}/{digit:x}/"
            keys = await self._objects.stale(prefix, self._abandoned_after_s)
            await self._objects.remove(key for key in keys if not key.endswith(FIRST))

    async def discard_abandoned(self) -> None:
        """Give up places that were reserved for uploads which never came."""
        while abandoned := await blobs.find_abandoned_blobs(self._pool, self._abandoned_after_s, AT_ONCE):
            if not await blobs.discard_unused_blobs(self._pool, abandoned, writable_s=self._writable_s):
                return  # all of them are in use again

    async def _note_garbage(self, blob_ids: Sequence[BlobId]) -> list[BlobId]:
        try:
            return await blobs.discard_unused_blobs(self._pool, blob_ids, writable_s=self._writable_s)
        except LedgerFull:
            await self.make_room(await blobs.find_unused_blobs(self._pool, blob_ids))
            return await blobs.discard_unused_blobs(self._pool, blob_ids, writable_s=self._writable_s)

    async def _discard_undone(self) -> None:
        undone, self._undone = self._undone, []
        await self._discard(undone)

    async def _remove(self, garbage: Sequence[Garbage]) -> None:
        await self._objects.remove(key for one in garbage for key in _keys(one.blob_id))
        await blobs.settle_garbage(self._pool, garbage)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(AGAIN_S if self._undone else SWEEP_S):
                await self._garbage.wait()
        except TimeoutError:
            pass


def _keys(blob_id: BlobId) -> tuple[str, ...]:
    return object_key(blob_id), thumbnail_key(blob_id), incoming_key(blob_id)
