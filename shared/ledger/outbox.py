"""Photos that are queued in the ledger but not yet confirmed by the broker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.ledger.database import Pool, transaction
from shared.ledger.statements import statements
from shared.messages import PhotoJob
from shared.records import BlobId, Lane, object_key

_sql = statements("outbox")


@asynccontextmanager
async def take_unpublished(pool: Pool, limit: int) -> AsyncIterator[list[tuple[Lane, PhotoJob]]]:
    """Up to `limit` jobs to publish, held against other relays; leaving normally marks them published."""
    async with transaction(pool) as connection:
        rows = [row async for row in _sql.unpublished_photos(connection, limit=limit)]
        yield [
            (
                Lane(row["lane"]),
                PhotoJob(
                    photo_id=row["id"],
                    batch_id=row["batch_id"],
                    key=object_key(BlobId(row["blob_id"])),
                    sha256=row["sha256"].hex(),
                    top_k=row["top_k"],
                ),
            )
            for row in rows
        ]
        if rows:
            await _sql.mark_published(connection, ids=[row["id"] for row in rows])


async def unpublish_lane(pool: Pool, lane: Lane, older_than_s: float) -> int:
    """Put queued photos back into the outbox whose messages were confirmed that long ago and are lost."""
    return int(await _sql.unpublish_lane(pool, lane=lane, older_than_s=older_than_s))
