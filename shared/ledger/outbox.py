"""Photos that are queued in the ledger but not yet confirmed by the broker (transactional outbox)."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from shared.ledger.database import Pool, transaction
from shared.ledger.statements import statements
from shared.messages import PhotoJob
from shared.records import BlobId, Lane, object_key

_sql = statements("outbox")

UNPUBLISH_AT_ONCE = 10_000  # rows in one transaction, half a second; a lane may hold a million


@dataclass(slots=True)
class Page:
    """The next jobs to publish; note here which of them the broker took."""

    jobs: list[tuple[Lane, PhotoJob]]
    taken: list[PhotoJob] = field(default_factory=list)


@asynccontextmanager
async def take_unpublished(pool: Pool, limits: Mapping[Lane, int]) -> AsyncIterator[Page]:
    """Up to so many jobs of each lane, the owners' in turns; leaving normally marks those published that are
    `taken`. What is still there after fewer than that comes with the next page.

    Relays take turns, which costs them little: one publishes more than all workers answer. No row is locked
    while the broker is waited for, so nobody who wants to change or delete one waits for the broker.
    """
    async with transaction(pool) as connection:
        await _sql.lock_outbox(connection)
        page = Page([])
        for lane, limit in limits.items():
            rows = _sql.unpublished_photos(connection, lane=lane, limit=limit)
            page.jobs += [(lane, _job(row)) async for row in rows]
        yield page
        if page.taken:
            await _sql.mark_published(connection, ids=[job.photo_id for job in page.taken])


async def unpublish_lane(pool: Pool, lane: Lane, older_than_s: float) -> int:
    """Put queued photos back into the outbox whose messages were confirmed that long ago and are lost."""
    before = await _sql.moment_ago(pool, seconds=older_than_s)
    total = 0
    while lost := await _sql.unpublish_lane(pool, lane=lane, before=before, limit=UNPUBLISH_AT_ONCE):
        total += int(lost)
    return total


def _job(row: Any) -> PhotoJob:
    return PhotoJob(
        photo_id=row["id"],
        batch_id=row["batch_id"],
        key=object_key(BlobId(row["blob_id"])),
        sha256=row["sha256"].hex(),
        top_k=row["top_k"],
    )
