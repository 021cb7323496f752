"""The bytes of pictures: a place in object storage is reserved, then filled, then given up when unused."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.ledger.database import Connection, Pool, ReferenceRefused, transaction
from shared.ledger.reservations import give_up_abandoned_uploads
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


async def discard_unused_blobs(pool: Pool, blob_ids: Sequence[BlobId], *, writable_s: float) -> list[BlobId]:
    """Turn those blobs into garbage that no photo shows; returns them.

    `writable_s`: how long somebody may still put their objects there, by a URL that was given out.
    """
    try:
        rows = _sql.discard_unused_blobs(pool, ids=list(blob_ids), writable_s=writable_s)
        return [BlobId(row["id"]) async for row in rows]
    except ReferenceRefused:
        # One was given a photo between the look and the delete; the sweep asks again later.
        return []


async def find_unused_blobs(pool: Pool, blob_ids: Sequence[BlobId]) -> list[BlobId]:
    """Those of them that no photo shows; writes nothing."""
    return [BlobId(row["id"]) async for row in _sql.unused_blobs(pool, ids=list(blob_ids))]


async def find_abandoned_blobs(pool: Pool, older_than_s: float, limit: int) -> list[BlobId]:
    """Give up uploads that never came and find blobs that old which no photo shows."""
    await give_up_abandoned_uploads(pool, older_than_s)
    rows = _sql.abandoned_blobs(pool, older_than_s=older_than_s, limit=limit)
    return [BlobId(row["id"]) async for row in rows]


@dataclass(frozen=True, slots=True)
class Garbage:
    """A blob whose objects are to be removed now; settled: for the last time."""

    blob_id: BlobId
    settled: bool


async def list_garbage(pool: Pool, limit: int) -> list[Garbage]:
    """What is due, the longest due first."""
    rows = _sql.list_garbage(pool, limit=limit)
    return [Garbage(BlobId(row["blob_id"]), row["settled"]) async for row in rows]


async def settle_garbage(pool: Pool, removed: Sequence[Garbage]) -> None:
    """Their objects are gone; those that may be put back are due once more."""
    async with transaction(pool) as connection:
        await _sql.forget_garbage(connection, ids=[one.blob_id for one in removed if one.settled])
        await _sql.postpone_garbage(connection, ids=[one.blob_id for one in removed if not one.settled])
