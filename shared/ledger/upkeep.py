"""What an operator looks at and repairs: whether the ledger is right about itself and the other servers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.ledger.answers import lock_batches
from shared.ledger.database import Pool, transaction
from shared.ledger.statements import statements
from shared.records import BatchId, BlobId, Lane, OwnerId

_sql = statements("upkeep")


async def miscounted_batches(pool: Pool) -> list[BatchId]:
    """Batches whose counts, or whose end, are not what their photos say."""
    return [BatchId(row["id"]) async for row in _sql.miscounted_batches(pool)]


async def recount(pool: Pool, batch_id: BatchId) -> None:
    """Make a batch say what its photos do."""
    async with transaction(pool) as connection:
        await lock_batches(connection, [batch_id])
        await _sql.recount(connection, batch_id=batch_id)


async def stuck_batches(pool: Pool, older_than_s: float) -> list[tuple[OwnerId, BatchId]]:
    """Single classifications that old which were never closed."""
    rows = _sql.stuck_batches(pool, older_than_s=older_than_s)
    return [(OwnerId(row["owner_id"]), BatchId(row["id"])) async for row in rows]


async def stuck_deletions(pool: Pool, older_than_s: float) -> int:
    return int(await _sql.stuck_deletions(pool, older_than_s=older_than_s))


async def published_long_ago(pool: Pool, older_than_s: float) -> dict[Lane, int]:
    """Photos without an answer, by lane, whose message the broker took that long ago."""
    rows = _sql.published_long_ago(pool, older_than_s=older_than_s)
    return {Lane(row["lane"]): row["photos"] async for row in rows}


async def blobs_by_digit(pool: Pool, digit: str) -> dict[BlobId, bool]:
    """A sixteenth of all blobs, and whether their bytes are known to be there."""
    return {BlobId(row["id"]): row["stored"] async for row in _sql.blobs_by_digit(pool, digit=digit)}


async def garbage_by_digit(pool: Pool, digit: str) -> set[BlobId]:
    return {BlobId(row["blob_id"]) async for row in _sql.garbage_by_digit(pool, digit=digit)}


async def distrust(pool: Pool, blob_ids: Sequence[BlobId]) -> None:
    """Their bytes are missing: whoever sends them again is asked for them."""
    await _sql.distrust(pool, ids=list(blob_ids))


async def note_garbage(pool: Pool, blob_ids: Sequence[BlobId]) -> None:
    """Objects that nobody names are swept."""
    await _sql.note_garbage(pool, ids=list(blob_ids))


async def clock(pool: Pool) -> float:
    """Seconds since 1970 by Postgres' clock."""
    return float(await _sql.clock(pool))


@dataclass(frozen=True, slots=True)
class OwnerUsage:
    owner: str
    batches: int
    photos: int
    queued: int
    bytes: int
    photos_30_days: int
    used_at: datetime | None  # any of their keys


async def usage_by_owner(pool: Pool) -> list[OwnerUsage]:
    """Those with the most bytes first."""
    return [OwnerUsage(**row) async for row in _sql.usage_by_owner(pool)]


@dataclass(frozen=True, slots=True)
class Retired:
    """A finished batch that is to go; `bytes`: what its pictures free, none of which a newer batch shows."""

    id: BatchId
    owner_id: OwnerId
    owner: str
    name: str | None
    photos: int
    bytes: int
    finished_at: datetime


async def batches_to_retire(pool: Pool, older_than_s: float | None, most_bytes: int | None) -> list[Retired]:
    """Oldest first: those that are too old, and those that do not fit beside newer ones."""
    rows = _sql.batches_to_retire(pool, older_than_s=older_than_s, most_bytes=most_bytes)
    return [Retired(**row) async for row in rows]
