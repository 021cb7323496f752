"""How batches go: marked first, from when on nobody finds them, and then row by row."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.ledger.batches import get_batch, no_such_batch
from shared.ledger.database import Pool, transaction
from shared.ledger.statements import statements
from shared.records import BatchId, BlobId, OwnerId

_sql = statements("deletions")


@dataclass(frozen=True, slots=True)
class Portion:
    """What went of a deleted batch: the blobs it showed may now be unused. Done: the batch itself is gone."""

    blob_ids: Sequence[BlobId]
    done: bool


async def mark_deleted(pool: Pool, owner_id: OwnerId, batch_id: BatchId) -> None:
    """Raises `not-found`."""
    if await _sql.mark_deleted(pool, owner_id=owner_id, batch_id=batch_id) is None:
        raise no_such_batch()


async def mark_expired(pool: Pool, limit: int) -> list[BatchId]:
    """Some whose time has come; they are marked when this returns."""
    return [BatchId(row["id"]) async for row in _sql.mark_expired(pool, limit=limit)]


async def deleted_batches(pool: Pool, limit: int) -> list[BatchId]:
    """Some that are marked and not gone yet, the longest deleted first."""
    return [BatchId(row["id"]) async for row in _sql.deleted_batches(pool, limit=limit)]


async def delete_portion(pool: Pool, batch_id: BatchId, limit: int) -> Portion | None:
    """Remove up to `limit` rows of a marked batch; None where it is gone, or somebody else is at it."""
    async with transaction(pool) as connection:
        if await _sql.lock_deleted(connection, batch_id=batch_id) is None:
            return None
        rows = [row async for row in _sql.delete_photos(connection, batch_id=batch_id, limit=limit)]
        gone = sum(row["photos"] for row in rows)
        if gone < limit:
            gone += int(await _sql.delete_refused(connection, batch_id=batch_id, limit=limit - gone))
        if gone < limit:
            await _sql.delete_batch(connection, batch_id=batch_id)
        return Portion([BlobId(row["blob_id"]) for row in rows], done=gone < limit)


async def shown_alone(pool: Pool, owner_id: OwnerId, batch_id: BatchId, limit: int) -> list[BlobId]:
    """Some blobs that this batch shows and no other does; writes nothing. Raises `not-found`."""
    await get_batch(pool, owner_id, batch_id)
    return await shown_alone_by_deleted(pool, batch_id, limit)


async def shown_alone_by_deleted(pool: Pool, batch_id: BatchId, limit: int) -> list[BlobId]:
    """The same of a batch that is marked already."""
    rows = _sql.blobs_of_batch_alone(pool, batch_id=batch_id, limit=limit)
    return [BlobId(row["blob_id"]) async for row in rows]
