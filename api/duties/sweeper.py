"""Removes from object storage what the ledger no longer names."""

import asyncio

import structlog

from shared.errors import Away
from shared.ledger import blobs
from shared.ledger.database import Pool
from shared.objects import ObjectStore
from shared.records import BlobId, object_key, thumbnail_key

SWEEP_S = 600.0  # between rounds; a deleted batch is swept at once
ABANDONED_AFTER_S = 24 * 3600.0  # uploads that were announced and never came; a URL lives an hour
AT_ONCE = 500  # blobs a round; two objects each stay within one multi-object delete


class Sweeper:
    """Takes the garbage out; several may run at once, since removing twice is harmless."""

    def __init__(self, pool: Pool, objects: ObjectStore) -> None:
        self._pool = pool
        self._objects = objects

    async def run(self) -> None:
        while True:
            try:
                await self._discard_abandoned()
                await self.sweep_garbage()
            except Away as error:
                structlog.get_logger().warning("sweep put off", error=error.detail)
            await asyncio.sleep(SWEEP_S)

    async def sweep_garbage(self) -> None:
        """Remove the objects of discarded blobs. Raises Away; what is left is tried again later."""
        while garbage := await blobs.list_garbage(self._pool, AT_ONCE):
            await self._objects.remove(key for blob_id in garbage for key in _keys(blob_id))
            await blobs.forget_garbage(self._pool, garbage)

    async def _discard_abandoned(self) -> None:
        while abandoned := await blobs.find_abandoned_blobs(self._pool, ABANDONED_AFTER_S, AT_ONCE):
            if not await blobs.discard_unused_blobs(self._pool, abandoned):
                return  # all of them are in use again


def _keys(blob_id: BlobId) -> tuple[str, str]:
    return object_key(blob_id), thumbnail_key(blob_id)
