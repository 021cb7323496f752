"""Nobody waits behind what somebody else has sent before: owners take turns, counted in photos answered."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from shared.ledger.database import Pool, open_pool
from shared.ledger.keys import find_access
from shared.records import Lane
from tests.support.http import Http, signed_in
from tests.support.pictures import a_photo, photos
from tests.support.processes import System, system
from tests.support.stack import Stack

MANY = 100_000
OWN = photos(100)
AHEAD = 300  # may lie ready, by a pace of before, or be in hand; the other has sent 100,000
# Photos of one batch that were answered while another's waited, by the ledger's clock: who asks is late.
MEANWHILE = """
select count(*) from photos, (
    select max(queued_at) as since, max(finished_at) as until from photos where batch_id = $2
) as own
where batch_id = $1 and finished_at between since and until
"""


@pytest.fixture
async def running(stack: Stack, tmp_path: Path) -> AsyncIterator[System]:
    async with system(stack, tmp_path, BIRDS_ENGINE="null", BIRDS_MODEL="birds525") as running:
        yield running


async def send_many(running: System, pool: Pool, lane: Lane) -> str:
    """The batch, as a bulk upload of that many leaves it: one picture under many names."""
    key = await running.key("first")
    access = await find_access(pool, key)
    assert access is not None
    async with signed_in(running.url, key) as first:
        batch = await first.batch(lane=lane)
        [photo] = (await first.send(batch, [("one.jpg", a_photo())])).body["accepted"]
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "insert into photos (id, batch_id, owner_id, blob_id, name, lane, state, queued_at)"
            " select gen_random_uuid(), batch_id, owner_id, blob_id, n::text, lane, 'queued', now()"
            " from photos, generate_series(1, $2) n where photos.id = $1",
            photo["photo_id"],
            MANY,
        )
        await connection.execute(
            "update batches set accepted = accepted + $2, queued = queued + $2 where id = $1", batch, MANY
        )
        # As autovacuum does within a minute: who has planned for a few hundred reads all for each hundred.
        await connection.execute("analyze photos")
    return batch


async def answered(pool: Pool, batch: str) -> int:
    return int(await pool.fetchval("select done from batches where id = $1", UUID(batch)))


async def send_own(http: Http, lane: Lane) -> str:
    batch = await http.batch(lane=lane)
    await http.send(batch, OWN)
    await http.close(batch)
    return batch


async def own_answered(http: Http, batch: str) -> float:
    """Seconds until then."""
    began = time.monotonic()
    assert len(await http.finished(batch)) == len(OWN)
    return time.monotonic() - began


@pytest.mark.parametrize("lane", Lane)
async def test_a_hundred_photos_do_not_wait_behind_a_hundred_thousand(
    running: System, stack: Stack, lane: Lane
) -> None:
    async with (
        open_pool(stack.postgres_url, 2) as pool,
        signed_in(running.url, await running.key("second")) as second,
    ):
        await own_answered(second, await send_own(second, lane))  # the first of all is slower
        idle_s = await own_answered(second, await send_own(second, lane))
        first = await send_many(running, pool, lane)
        while await answered(pool, first) <= 200:
            pass
        own = await send_own(second, lane)
        beside_s = await own_answered(second, own)
        others = int(await pool.fetchval(MEANWHILE, UUID(first), UUID(own)))
        print(f"{lane}: idle {idle_s:.2f} s, beside {beside_s:.2f} s, {others} of the other's meanwhile")
        assert others <= AHEAD + 2 * len(OWN)
        began = time.monotonic()
        assert (await second.call("POST", "/v1/classify?wait=30", data=a_photo(55))).status == 200
        print(f"{lane}: a single photo {time.monotonic() - began:.2f} s")
