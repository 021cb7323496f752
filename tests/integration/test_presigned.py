"""What a client puts into object storage itself stays what it was when it was completed."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from yarl import URL

from api.duties.feed import Feed
from api.duties.relay import Relay
from api.duties.sweeper import Sweeper
from api.intake.files import Refused
from api.intake.presigned import PresignedUploads
from shared.errors import Code
from shared.ledger.database import Pool
from shared.ledger.intake import Accepted, Announced
from shared.objects import ObjectStore
from shared.records import INCOMING, BatchId, Blob, OwnerId, incoming_key
from tests.support.ledger import a_batch, an_owner, unlimited
from tests.support.stack import Stack

BYTES = b"a bird"
PHOTO = Announced("bird.jpg", hashlib.sha256(BYTES).digest(), len(BYTES))


@pytest.fixture
def uploads(stack: Stack, pool: Pool, objects: ObjectStore) -> PresignedUploads:
    relay, feed = Relay(pool, stack.amqp_url, 20), Feed(stack.amqp_url)
    return PresignedUploads(pool, objects, relay, feed, max_bytes=100)


async def place(uploads: PresignedUploads, owner: OwnerId, batch: BatchId) -> Accepted:
    [reserved] = await uploads.announce(owner, batch, [PHOTO])
    assert isinstance(reserved, Accepted)
    return reserved


async def put(objects: ObjectStore, blob: Blob, data: bytes | AsyncIterator[bytes]) -> int:
    """By the URL that the client was given; how storage answers."""
    url = objects.upload_url(incoming_key(blob.id), blob.size, timedelta(hours=1))
    async with (
        aiohttp.ClientSession() as client,
        client.put(URL(url, encoded=True), data=data) as response,
    ):
        return response.status


async def incoming(objects: ObjectStore) -> list[str]:
    return [key for key in await objects.keys(f"{INCOMING}/") if not key.endswith(".first")]


async def test_a_url_changes_nothing_once_its_photo_is_completed(
    pool: Pool, objects: ObjectStore, uploads: PresignedUploads
) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    reserved = await place(uploads, owner, batch)
    assert await put(objects, reserved.blob, BYTES) == 200
    [accepted] = await uploads.complete(owner, batch, [reserved.photo_id], unlimited)
    assert isinstance(accepted, Accepted)
    assert await incoming(objects) == []
    assert await put(objects, reserved.blob, b"a fish") == 200
    assert await objects.get(reserved.blob.key) == BYTES
    [again] = await uploads.complete(owner, batch, [reserved.photo_id], unlimited)
    assert isinstance(again, Accepted)
    assert await objects.get(reserved.blob.key) == BYTES


async def test_two_that_bring_in_the_same_picture_at_once_both_have_it(
    pool: Pool, objects: ObjectStore, uploads: PresignedUploads
) -> None:
    owner = await an_owner(pool)
    batches = [await a_batch(pool, owner) for _ in range(8)]
    places = [await place(uploads, owner, batch) for batch in batches]
    await put(objects, places[0].blob, BYTES)
    outcomes = await asyncio.gather(
        *(
            uploads.complete(owner, batch, [one.photo_id], unlimited)
            for batch, one in zip(batches, places, strict=True)
        )
    )
    assert all(isinstance(outcome, Accepted) for [outcome] in outcomes)


async def test_a_url_takes_as_many_bytes_as_were_announced(
    pool: Pool, objects: ObjectStore, uploads: PresignedUploads
) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    reserved = await place(uploads, owner, batch)

    async def in_pieces() -> AsyncIterator[bytes]:
        yield BYTES

    for body in (BYTES + b"s", BYTES[:-1], bytes(1_000_000), in_pieces()):
        assert await put(objects, reserved.blob, body) == 403
    assert await incoming(objects) == []
    [outcome] = await uploads.complete(owner, batch, [reserved.photo_id], unlimited)
    assert isinstance(outcome, Refused)
    assert outcome.problem.code is Code.MISSING_OBJECT
    assert await put(objects, reserved.blob, BYTES) == 200
    [outcome] = await uploads.complete(owner, batch, [reserved.photo_id], unlimited)
    assert isinstance(outcome, Accepted)


async def test_what_is_of_another_size_is_not_kept(
    pool: Pool, objects: ObjectStore, uploads: PresignedUploads
) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    reserved = await place(uploads, owner, batch)
    await objects.put(incoming_key(reserved.blob.id), bytes(1000))  # storage did not look at the length
    [outcome] = await uploads.complete(owner, batch, [reserved.photo_id], unlimited)
    assert isinstance(outcome, Refused)
    assert outcome.problem.code is Code.CHECKSUM_MISMATCH
    assert await incoming(objects) == []
    assert await objects.size(reserved.blob.key) is None


async def test_what_is_put_and_not_completed_is_swept(
    pool: Pool, objects: ObjectStore, uploads: PresignedUploads
) -> None:
    owner = await an_owner(pool)
    reserved = await place(uploads, owner, await a_batch(pool, owner))
    await put(objects, reserved.blob, BYTES)
    sweeper = Sweeper(pool, objects, upload_url_s=60)
    await sweeper.sweep_incoming()
    assert len(await incoming(objects)) == 1, "it may be completed yet"
    sweeper._abandoned_after_s = -60
    await sweeper.sweep_incoming()
    assert await incoming(objects) == []
    assert len(await objects.keys(f"{INCOMING}/")) == 16
