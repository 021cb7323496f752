"""How batches are cancelled: marked first, and photos that wait for an answer end portion by portion.

They fail, as `cancelled`: a photo has two ends and no third one. A retry takes a cancelled batch up again.
"""

from collections.abc import Sequence
from typing import Any

from shared.errors import Code
from shared.ledger.batches import lock_batch
from shared.ledger.database import Connection, Pool, transaction
from shared.ledger.reservations import give_up_uploads
from shared.ledger.statements import statements
from shared.records import BatchId, OwnerId, PhotoId, PhotoState

CANCELLED = "Its batch was cancelled before it was answered."
CANCELLED_UPLOAD = "Its batch was cancelled before its bytes were uploaded."
_sql = statements("cancellations")


async def begin_cancel(pool: Pool, owner_id: OwnerId, batch_id: BatchId, limit: int) -> bool:
    """Mark the batch and end up to `limit` of its photos; returns whether there are more.

    A finished batch stays as it is. Raises `not-found`.
    """
    async with transaction(pool) as connection:
        await lock_batch(connection, owner_id, batch_id)
        await _sql.mark_cancelled(connection, batch_id=batch_id)
        return await _end_some(connection, batch_id, limit)


async def cancelling_batches(pool: Pool, limit: int) -> list[BatchId]:
    """Some that are marked, and not done yet."""
    return [BatchId(row["id"]) async for row in _sql.cancelling_batches(pool, limit=limit)]


async def cancel_portion(pool: Pool, batch_id: BatchId, limit: int) -> bool:
    """End up to `limit` more of a marked batch; returns whether there are more yet."""
    async with transaction(pool) as connection:
        return await _end_some(connection, batch_id, limit)


async def lately_cancelled(pool: Pool, within_s: float) -> set[BatchId]:
    """Of all owners."""
    return {BatchId(row["id"]) async for row in _sql.lately_cancelled(pool, within_s=within_s)}


async def is_queued(pool: Pool, photo_id: PhotoId) -> bool:
    """Whether anybody waits for its answer."""
    return bool(await _sql.is_queued(pool, photo_id=photo_id))


async def _end_some(connection: Connection, batch_id: BatchId, limit: int) -> bool:
    if await _sql.lock_cancelling(connection, batch_id=batch_id) is None:
        return False  # it is done, or was taken up again
    rows = [row async for row in _sql.photos_to_cancel(connection, batch_id=batch_id, limit=limit)]
    uploads = _in_state(rows, PhotoState.UPLOADING)
    if uploads:
        await give_up_uploads(
            connection, [batch_id], ids=uploads, code=Code.CANCELLED, detail=CANCELLED_UPLOAD
        )
    more = len(rows) == limit
    queued = _in_state(rows, PhotoState.QUEUED)
    await _sql.cancel_photos(connection, batch_id=batch_id, ids=queued, detail=CANCELLED, last=not more)
    return more


def _in_state(rows: Sequence[Any], state: PhotoState) -> list[PhotoId]:
    return [PhotoId(row["id"]) for row in rows if row["state"] == state]
