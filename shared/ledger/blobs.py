"""The bytes of pictures: a place in object storage is reserved, then filled, then given up when unused."""

from collections.abc import Sequence

from shared.ledger.database import Connection, Pool, ReferenceRefused
from shared.ledger.statements import statements
from shared.records import Blob, BlobId, OwnerId, new_id

_sql = statements("blobs")


async def reserve_blobs(
    connection: Connection | Pool, owner_id: OwnerId, pictures: Sequence[tuple[bytes, int]]
) -> dict[bytes, Blob]:
    """The owner's blob for each (sha256, size), made where there is none; by sha256.

    Reserving before storing leaves no object without a row, whatever crashes in between.
    """
    rows = _sql.reserve_blobs(
        connection,
        ids=[new_id() for _ in pictures],
        owner_id=owner_id,
        sha256s=[sha256 for sha256, _ in pictures],
        sizes=[size for _, size in pictures],
    )
    return {
        row["sha256"]: Blob(BlobId(row["id"]), row["sha256"], row["size"], row["stored_at"] is not None)
        async for row in rows
    }


async def mark_stored(connection: Connection, blob_ids: Sequence[BlobId]) -> None:
    """Note that these bytes are in object storage."""
    await _sql.mark_stored(connection, ids=list(blob_ids))


async def discard_unused_blobs(pool: Pool, blob_ids: Sequence[BlobId]) -> int:
    """Turn those blobs into garbage that no photo shows; returns how many."""
    try:
        return int(await _sql.discard_unused_blobs(pool, ids=list(blob_ids)))
    except ReferenceRefused:
        # One was given a photo between the look and the delete; the sweep asks again later.
        return 0


async def find_abandoned_blobs(pool: Pool, older_than_s: float, limit: int) -> list[BlobId]:
    """Give up uploads that never came and find blobs that old which no photo shows."""
    await _sql.drop_abandoned_uploads(pool, older_than_s=older_than_s)
    rows = _sql.abandoned_blobs(pool, older_than_s=older_than_s, limit=limit)
    return [BlobId(row["id"]) async for row in rows]


async def list_garbage(pool: Pool, limit: int) -> list[BlobId]:
    """Blobs whose objects are still to be removed from object storage."""
    return [BlobId(row["blob_id"]) async for row in _sql.list_garbage(pool, limit=limit)]


async def forget_garbage(pool: Pool, blob_ids: Sequence[BlobId]) -> None:
    """Their objects are gone."""
    await _sql.forget_garbage(pool, ids=list(blob_ids))
