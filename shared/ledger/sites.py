"""What people say of where and when the photos of a batch were taken."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from shared.ledger.batches import get_batch, lock_batch
from shared.ledger.database import Connection, Pool, transaction
from shared.ledger.judging import judge_again
from shared.ledger.statements import statements
from shared.photo.taken import TakenTime
from shared.place.clock import ClockFrame, ClockMinute
from shared.place.site import Site
from shared.records import BatchId, OwnerId

_sql = statements("sites")
FRAMES_A_FOLDER: Final = 200  # ask more frames of one clock and they say the same
FRAMES: Final = 20_000  # in all: some 10 MB
MINUTES: Final = 20_000  # with photos: of two cameras, more than a month


async def list_sites(pool: Pool, owner_id: OwnerId, batch_id: BatchId) -> list[Site]:
    """By folder. Raises `not-found`."""
    await get_batch(pool, owner_id, batch_id)
    return [Site(**row) async for row in _sql.sites_of(pool, batch_id=batch_id)]


async def put_sites(pool: Pool, owner_id: OwnerId, batch_id: BatchId, sites: Sequence[Site]) -> None:
    """These, in the stead of all that were said before; its answers are judged again. Raises `not-found`."""
    async with transaction(pool) as connection:
        await lock_batch(connection, owner_id, batch_id)
        await _sql.forget_sites(connection, batch_id=batch_id)
        await keep_sites(connection, batch_id, sites)
        await judge_again(connection, batch_id)


async def clock_frames(pool: Pool, batch_id: BatchId) -> list[ClockFrame]:
    """What a batch has to tell of its cameras' clocks; of each folder and camera FRAMES_A_FOLDER at most."""
    rows = _sql.clock_frames(pool, batch_id=batch_id, each=FRAMES_A_FOLDER, most=FRAMES)
    return [
        ClockFrame(
            row["name"],
            row["camera"],
            taken,
            row["gps_at"],
            None if row["latitude"] is None else (row["latitude"], row["longitude"]),
        )
        async for row in rows
        if (taken := TakenTime.of_row(row)) is not None
    ]


async def clock_minutes(pool: Pool, batch_id: BatchId) -> list[ClockMinute]:
    """When its cameras took photos, by their own clocks; the first MINUTES of them."""
    rows = _sql.clock_minutes(pool, batch_id=batch_id, most=MINUTES)
    return [ClockMinute(**row) async for row in rows]


async def keep_sites(connection: Connection, batch_id: BatchId, sites: Sequence[Site]) -> None:
    await _sql.keep_sites(connection, batch_id=batch_id, sites=[asdict(site) for site in sites])
