"""Photos of one request on their way into the ledger and into object storage."""

import asyncio
import hashlib
from dataclasses import dataclass

import pytest

from api.duties.feed import Feed
from api.duties.relay import Relay
from api.intake.arrivals import Arrivals
from api.intake.budget import ByteBudget
from api.intake.files import ReceivedPhoto, Refused
from api.intake.storing import Store
from api.settings import ApiSettings
from shared.errors import BirdsError, Code, StorageAway
from shared.ledger.batches import close_batch, get_batch
from shared.ledger.blobs import reserve_blobs
from shared.ledger.database import Pool, transaction
from shared.ledger.intake import ArrivingPhoto, accept_photos
from shared.objects import ObjectStore, open_object_store
from shared.records import BatchId, OwnerId
from tests.support.ledger import a_batch, an_owner, eventually, unlimited
from tests.support.stack import Stack

ROOM = 1_000_000


@dataclass(frozen=True)
class Request:
    """One request's arrivals, in groups of two, and the bytes it may hold."""

    owner: OwnerId
    arrivals: Arrivals
    budget: ByteBudget

    async def photo(self, name: str) -> ReceivedPhoto:
        share = self.budget.share(self.owner, self.arrivals.flush)
        data = name.encode()
        await share.grow(len(data))
        return ReceivedPhoto(name, data, hashlib.sha256(data).digest(), share)


def request(
    stack: Stack, pool: Pool, objects: ObjectStore, owner: OwnerId, batch: BatchId, age_s: float = 60
) -> Request:
    settings = ApiSettings(**stack.settings.model_dump(), group_photos=2, group_age_s=age_s)
    relay, feed = Relay(pool, stack.amqp_url, 20), Feed(stack.amqp_url)
    arrivals = Arrivals(Store(pool, objects, relay, feed), settings, owner, batch, unlimited)
    return Request(owner, arrivals, ByteBudget(ROOM))


async def test_the_answer_is_in_the_order_sent(stack: Stack, pool: Pool, objects: ObjectStore) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    sending = request(stack, pool, objects, owner, batch)
    async with sending.arrivals as arrivals:
        for number in range(5):
            await arrivals.take(await sending.photo(f"{number}.jpg"))
            await arrivals.take(Refused(f"{number}.txt", BirdsError(Code.UNSUPPORTED_TYPE, "no photo")))
        await arrivals.take(await sending.photo("0.jpg"))
    names = [f"{number}.jpg" for number in range(5)]
    assert [one.name for one in arrivals.accepted] == [*names, "0.jpg"]
    assert [one.duplicate for one in arrivals.accepted] == [*[False] * 5, True]
    assert [one.name for one in arrivals.refused] == [f"{number}.txt" for number in range(5)]
    assert (await get_batch(pool, owner, batch)).counts.queued == 5
    keys = [key for key in await objects.keys("photos/") if not key.endswith(".first")]
    assert sorted([await objects.get(key) for key in keys]) == [name.encode() for name in names]
    assert sending.budget.free == ROOM


async def test_a_raw_file_at_the_end_of_a_group_waits_for_its_picture(
    stack: Stack, pool: Pool, objects: ObjectStore
) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    sending = request(stack, pool, objects, owner, batch)
    async with sending.arrivals as arrivals:
        for name in ("0.jpg", "1.CR2", "1.JPG", "2.CR2", "3.CR2", "4.CR2", "4.JPG", "5.CR2"):
            await arrivals.take(await sending.photo(name))
    assert [one.companion_of for one in arrivals.accepted] == [
        None, "1.JPG", None, None, None, "4.JPG", None, None,
    ]  # fmt: skip
    assert sending.budget.free == ROOM


async def test_a_raw_file_waits_for_a_picture_that_is_slow(
    stack: Stack, pool: Pool, objects: ObjectStore
) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    sending = request(stack, pool, objects, owner, batch, age_s=0.001)
    async with sending.arrivals as arrivals:
        for name in ("1.CR2", "1.JPG"):
            await arrivals.take(await sending.photo(name))
            aged = asyncio.Event()
            asyncio.get_running_loop().call_later(0.005, aged.set)  # after the arrivals' own
            await aged.wait()
    assert [one.companion_of for one in arrivals.accepted] == ["1.JPG", None]
    assert sending.budget.free == ROOM


async def test_a_batch_closed_meanwhile_refuses_the_rest(
    stack: Stack, pool: Pool, objects: ObjectStore
) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    first = request(stack, pool, objects, owner, batch)
    async with first.arrivals as arrivals:
        await arrivals.take(await first.photo("early.jpg"))
    second = request(stack, pool, objects, owner, batch)
    async with second.arrivals as arrivals:
        await close_batch(pool, owner, batch)
        await arrivals.take(await second.photo("late.jpg"))
    assert [one.name for one in first.arrivals.accepted] == ["early.jpg"]
    assert [(one.name, one.problem.code) for one in arrivals.refused] == [("late.jpg", Code.BATCH_CLOSED)]
    assert second.budget.free == ROOM


async def test_what_was_complete_is_kept_when_the_client_goes_away(
    stack: Stack, pool: Pool, objects: ObjectStore
) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    sending = request(stack, pool, objects, owner, batch)

    async def broken_off() -> None:
        async with sending.arrivals as arrivals:
            for number in range(3):
                await arrivals.take(await sending.photo(f"{number}.jpg"))
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await broken_off()
    assert (await get_batch(pool, owner, batch)).counts.accepted == 3
    assert sending.budget.free == ROOM


async def test_a_blob_swept_away_in_between_is_stored_again(
    stack: Stack, pool: Pool, objects: ObjectStore
) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)

    class SweptOnce:
        """The real storage; a sweep comes by right after the first object was stored."""

        swept = False

        async def put(self, key: str, data: bytes) -> None:
            await objects.put(key, data)
            if not self.swept:
                self.swept = True
                await pool.execute("delete from blobs")

    store = SweptOnce()
    sending = request(stack, pool, store, owner, batch)  # type: ignore[arg-type]
    async with sending.arrivals as arrivals:
        await arrivals.take(await sending.photo("bird.jpg"))
    assert store.swept
    assert [one.name for one in arrivals.accepted] == ["bird.jpg"]
    assert (await get_batch(pool, owner, batch)).counts.accepted == 1


async def test_without_object_storage_nothing_is_recorded(stack: Stack, pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    nowhere = stack.settings.model_copy(update={"s3_endpoint": "http://127.0.0.1:9"})
    async with open_object_store(nowhere) as objects:
        sending = request(stack, pool, objects, owner, batch)

        async def sent() -> None:
            async with sending.arrivals as arrivals:
                await arrivals.take(await sending.photo("bird.jpg"))

        with pytest.raises(BirdsError) as raised:
            await sent()
    assert raised.value.code is Code.UNAVAILABLE
    assert (await get_batch(pool, owner, batch)).counts.accepted == 0
    assert sending.budget.free == ROOM


async def test_without_object_storage_a_single_photo_leaves_no_batch(stack: Stack, pool: Pool) -> None:
    owner = await an_owner(pool)
    nowhere = stack.settings.model_copy(update={"s3_endpoint": "http://127.0.0.1:9"})
    async with open_object_store(nowhere) as objects:
        store = Store(pool, objects, Relay(pool, stack.amqp_url, 20), Feed(stack.amqp_url))
        photo = ReceivedPhoto("bird.jpg", b"x", bytes(32), ByteBudget(ROOM).share(owner, lambda: None))
        with pytest.raises(StorageAway):
            await store.accept_alone(owner, photo, lambda: a_batch(pool, owner))
    assert await pool.fetchval("select count(*) from batches") == 0


async def test_pictures_are_locked_in_one_order(pool: Pool) -> None:
    """By digest, in whatever order they were made: else two batches that share some wait for each other."""
    owner = await an_owner(pool)
    digests = [number.to_bytes(32, "big") for number in reversed(range(20))]
    blobs = [(await reserve_blobs(pool, owner, [(digest, 1)]))[digest] for digest in digests]
    sent = [ArrivingPhoto(f"{number}.jpg", blob) for number, blob in enumerate(blobs)]
    highest, *_, lowest = [blob.id for blob in blobs]
    lock = "select from blobs where id = $1 for update nowait"
    async with transaction(pool) as mine:
        await mine.execute(lock, lowest)
        waiting = asyncio.create_task(accept_photos(pool, owner, await a_batch(pool, owner), sent))
        await eventually(lambda: pool.fetch("select from pg_locks where not granted"))
        await pool.execute(lock, highest)
    assert len(await waiting) == len(blobs)
