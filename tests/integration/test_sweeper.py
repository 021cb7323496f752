"""The life of objects: none is swept that somebody counts on, none is left that nobody names."""

import asyncio
import hashlib
from collections.abc import Iterable
from datetime import timedelta

import aiohttp
import pytest

from api.duties.feed import Feed
from api.duties.relay import Relay
from api.duties.sweeper import Sweeper
from api.intake.files import Refused
from api.intake.presigned import PresignedUploads
from shared.errors import Code
from shared.ledger.batches import close_batch
from shared.ledger.blobs import list_garbage
from shared.ledger.database import Pool
from shared.ledger.intake import Accepted, Announced, announce_photos
from shared.objects import ObjectStore, open_object_store
from shared.records import BatchId, OwnerId, thumbnail_key
from tests.support.ledger import a_batch, an_owner, delete_batch, unlimited
from tests.support.proxy import proxied
from tests.support.stack import Stack

BYTES = b"a bird"
AGE = timedelta(days=2)


@pytest.fixture
def sweeper(pool: Pool, objects: ObjectStore) -> Sweeper:
    return Sweeper(pool, objects, upload_url_s=3600)


async def announced(pool: Pool, owner: OwnerId, batch: BatchId, data: bytes = BYTES) -> Accepted:
    photo = Announced("bird.jpg", hashlib.sha256(data).digest(), len(data))
    [place] = await announce_photos(pool, owner, batch, [photo])
    return place


async def age(pool: Pool, table: str, column: str) -> None:
    await pool.execute(f"update {table} set {column} = {column} - $1::interval", AGE)


async def keys(objects: ObjectStore) -> list[str]:
    found = await objects.keys("photos/") + await objects.keys("thumbs/")
    return [key for key in found if not key.endswith(".first")]


async def test_an_upload_announced_a_moment_ago_is_kept_though_its_bytes_are_long_known_of(
    pool: Pool, sweeper: Sweeper
) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    await announced(pool, owner, batch)
    await age(pool, "blobs", "created_at")
    await age(pool, "photos", "reserved_at")
    await announced(pool, owner, batch)  # asked again: its time begins anew
    await announced(pool, owner, await a_batch(pool, owner))
    await sweeper.discard_abandoned()
    assert await pool.fetchval("select count(*) from photos") == 2


async def test_an_upload_that_never_came_is_given_up(pool: Pool, sweeper: Sweeper) -> None:
    owner = await an_owner(pool)
    await announced(pool, owner, await a_batch(pool, owner))
    await age(pool, "blobs", "created_at")
    await age(pool, "photos", "reserved_at")
    await sweeper.discard_abandoned()
    assert await pool.fetchval("select count(*) from photos") == 0
    assert len(await list_garbage(pool, 10)) == 1


async def test_what_is_put_there_after_a_delete_is_removed_too(
    pool: Pool, objects: ObjectStore, sweeper: Sweeper
) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    place = await announced(pool, owner, batch)
    url = objects.upload_url(place.blob.key, place.blob.size, timedelta(hours=1))
    await sweeper.discard(await delete_batch(pool, owner, batch))
    async with aiohttp.ClientSession() as client, client.put(url, data=BYTES) as late:
        assert late.status == 200
    await objects.put(thumbnail_key(place.blob.id), b"made meanwhile")
    await sweeper.sweep_garbage()
    assert len(await keys(objects)) == 2  # the URL works still: it is too early
    for column in ("due_at", "until"):
        await age(pool, "garbage", column)
    await sweeper.sweep_garbage()
    assert await keys(objects) == []
    assert await pool.fetchval("select count(*) from garbage") == 0


async def test_who_deletes_a_batch_removes_its_own_objects_and_no_others(
    pool: Pool, objects: ObjectStore, sweeper: Sweeper
) -> None:
    owner = await an_owner(pool)
    batches = [await a_batch(pool, owner) for _ in range(2)]
    places = [await announced(pool, owner, batch, bytes([n])) for n, batch in enumerate(batches)]
    for place in places:
        await objects.put(place.blob.key, BYTES)
    await pool.execute("delete from batches where id = $1", batches[0])
    await pool.execute("delete from blobs where id = $1", places[0].blob.id)
    await pool.execute("insert into garbage (blob_id, until) values ($1, now())", places[0].blob.id)
    await sweeper.discard(await delete_batch(pool, owner, batches[1]))
    assert await keys(objects) == [places[0].blob.key]


async def test_who_deletes_a_batch_waits_for_no_storage_that_is_silent(stack: Stack, pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    await announced(pool, owner, batch)
    async with proxied(stack.settings.s3_endpoint) as proxy:
        proxy.silence()
        through = stack.settings.model_copy(update={"s3_endpoint": proxy.url})
        async with open_object_store(through) as objects, asyncio.timeout(10):
            await Sweeper(pool, objects, upload_url_s=60).discard(await delete_batch(pool, owner, batch))
    assert len(await list_garbage(pool, 10)) == 1


async def test_a_reservation_that_has_just_gone_is_not_accepted(
    stack: Stack, pool: Pool, objects: ObjectStore
) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    place = await announced(pool, owner, batch)

    class GivenUpMeanwhile:
        """The real storage; the reservation is swept while the object is looked for."""

        async def size(self, key: str) -> int | None:
            await pool.execute("delete from photos")
            return len(BYTES)

        async def copy(self, source: str, key: str) -> None:
            pass

        async def remove(self, keys: Iterable[str]) -> None:
            pass

    relay, feed = Relay(pool, stack.amqp_url, 20), Feed(stack.amqp_url)
    uploads = PresignedUploads(pool, GivenUpMeanwhile(), relay, feed, max_bytes=100)  # type: ignore[arg-type]
    [outcome] = await uploads.complete(owner, batch, [place.photo_id], unlimited)
    assert isinstance(outcome, Refused)
    assert outcome.problem.code is Code.NOT_FOUND
    await close_batch(pool, owner, batch)
