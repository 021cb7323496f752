"""Refused files in the ledger: bounded by name, never miscounted, gone with their batch."""

import asyncio

from shared.ledger.batches import get_batch
from shared.ledger.blobs import find_abandoned_blobs
from shared.ledger.database import Pool
from shared.ledger.intake import Announced, announce_photos
from shared.ledger.refused import record_refused, refused_after
from shared.ledger.reservations import NEVER_CAME
from shared.records import BatchId, OwnerId
from tests.support.ledger import a_batch, an_owner, delete_batch, queue_photos


async def names(pool: Pool, batch: BatchId) -> list[str]:
    return [one.name for one in await refused_after(pool, batch, None, 1000)]


async def refuse(
    pool: Pool, owner: OwnerId, batch: BatchId, *files: str, most: int = 100, code: str = "unreadable"
) -> None:
    await record_refused(pool, owner, batch, [(name, code, "It is no photo.") for name in files], most=most)


async def test_more_than_are_kept_by_name_are_counted(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    await refuse(pool, owner, batch, "a", "b", most=3)
    await refuse(pool, owner, batch, "c", "d", most=3, code="left-out")
    await refuse(pool, owner, batch, "e", most=3)
    found = await get_batch(pool, owner, batch)
    assert (found.refused, found.left_out) == (3, 2)
    assert await names(pool, batch) == ["a", "b", "c"]


async def test_refusals_and_acceptances_at_once_leave_exact_counts(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    files = [f"{n}.jpg" for n in range(60)]
    await refuse(pool, owner, batch, *files)
    parts = [files[start : start + 10] for start in range(0, 60, 10)]
    await asyncio.gather(
        *(queue_photos(pool, owner, batch, part) for part in parts[:3]),
        *(refuse(pool, owner, batch, *part, code="left-out") for part in parts[3:]),
        *(refuse(pool, owner, batch, *reversed(part)) for part in parts[3:5]),
    )
    rows = await refused_after(pool, batch, None, 1000)
    found = await get_batch(pool, owner, batch)
    assert sorted(row.name for row in rows) == sorted(files[30:])
    assert found.left_out == sum(row.code == "left-out" for row in rows)
    assert found.refused == 30 - found.left_out


async def test_an_upload_abandoned_for_long_is_told(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    await announce_photos(pool, owner, batch, [Announced("a.jpg", b"a" * 32, 9)])
    await find_abandoned_blobs(pool, 3600, 10)
    assert await names(pool, batch) == []
    await find_abandoned_blobs(pool, 0, 10)
    [row] = await refused_after(pool, batch, None, 10)
    assert (row.name, row.code, row.detail) == ("a.jpg", "missing-object", NEVER_CAME)
    assert (await get_batch(pool, owner, batch)).refused == 1


async def test_they_go_with_their_batch(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    await refuse(pool, owner, batch, "a")
    await delete_batch(pool, owner, batch)
    assert await names(pool, batch) == []
