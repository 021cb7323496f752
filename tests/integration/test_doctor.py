"""`birds-api doctor` on servers that disagree: each disagreement is found, mended, and found no more."""

from collections.abc import Callable

import pytest

from api.duties.relay import Relay
from api.operator.doctor import Report, examine
from api.operator.retention import GB, Retention, retire
from api.settings import ApiSettings
from shared.ledger.answers import record_answers
from shared.ledger.batches import close_batch, create_batch, get_batch, list_batches
from shared.ledger.blobs import list_garbage
from shared.ledger.database import Pool
from shared.ledger.upkeep import usage_by_owner
from shared.objects import ObjectStore
from shared.records import BlobId, Counts, Lane, new_id, object_key
from tests.integration.test_relay import connected, outbox_is_empty, published, running
from tests.support.ledger import a_batch, a_model, an_answer, an_owner, eventually, queue_photos
from tests.support.stack import Stack


class Doctor:
    """Runs `examine` on a test's own servers."""

    def __init__(self, stack: Stack, pool: Pool, objects: ObjectStore) -> None:
        self.settings = ApiSettings(**stack.settings.model_dump())
        self.pool = pool
        self.objects = objects
        self.said: list[str] = []

    async def __call__(self, *, repair: bool = False) -> Report:
        self.said.clear()
        return await examine(self.settings, self.pool, self.objects, self.said.append, repair=repair)

    def found(self, part: str, words: str) -> bool:
        return any(line.startswith(f"{part}: ") and words in line for line in self.said)


@pytest.fixture
def doctor(stack: Stack, pool: Pool, objects: ObjectStore) -> Doctor:
    return Doctor(stack, pool, objects)


async def mended(doctor: Doctor, part: str, words: str) -> None:
    """Found, repaired, and found no more."""
    assert (await doctor()).repaired == 0
    assert doctor.found(part, words), doctor.said
    assert (await doctor(repair=True)).repaired == 1, doctor.said
    await doctor()
    assert not doctor.found(part, words), doctor.said


async def test_counts_that_are_not_those_of_the_photos(pool: Pool, doctor: Doctor) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    photos = await queue_photos(pool, owner, batch, list("abc"))
    await record_answers(pool, [an_answer(batch, photos[0])], await a_model(pool))
    await pool.execute("update blobs set stored_at = null")
    await pool.execute("update batches set accepted = 9, queued = 7, last_seq = 0, done = 2")
    await mended(doctor, "ledger", f"The counts of batch {batch} ")
    found = await get_batch(pool, owner, batch)
    assert (found.counts, found.last_seq) == (Counts(3, 2, 1, 0), 1)


async def test_a_closed_batch_that_never_finished(pool: Pool, doctor: Doctor) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    await close_batch(pool, owner, batch)
    await pool.execute("update batches set finished_at = null")
    await mended(doctor, "ledger", str(batch))
    assert (await get_batch(pool, owner, batch)).finished_at


async def test_a_single_classification_that_broke_off(pool: Pool, doctor: Doctor) -> None:
    owner = await an_owner(pool)
    await create_batch(pool, owner, name=None, lane=Lane.INTERACTIVE, top_k=1, listed=False)
    await doctor()
    assert not doctor.found("ledger", "never closed")
    await pool.execute("update batches set created_at = now() - interval '2 days'")
    await mended(doctor, "ledger", "never closed")


async def test_what_storage_lacks_and_what_nothing_names(
    pool: Pool, objects: ObjectStore, doctor: Doctor
) -> None:
    owner = await an_owner(pool)
    here, gone = await queue_photos(pool, owner, await a_batch(pool, owner), ["here", "gone"])
    await objects.put(here.blob.key, b"here")
    await mended(doctor, "storage", str(gone.blob.id))
    assert await pool.fetchval("select stored_at from blobs where id = $1", gone.blob.id) is None
    orphan = BlobId(new_id())
    await objects.put(object_key(orphan), b"left")
    await mended(doctor, "storage", str(orphan))
    assert [one.blob_id for one in await list_garbage(pool, 10)] == [orphan]


async def test_messages_that_no_queue_has(pool: Pool, stack: Stack, doctor: Doctor) -> None:
    owner = await an_owner(pool)
    relay = Relay(pool, stack.amqp_url, 20)
    async with running(relay):
        await eventually(lambda: connected(relay))
        await queue_photos(pool, owner, await a_batch(pool, owner), ["purged"])
        await pool.execute("update blobs set stored_at = null")
        await eventually(lambda: outbox_is_empty(pool))
        await published(stack, Lane.BULK, 1)
    await pool.execute("update photos set published_at = now() - interval '1 hour'")
    await mended(doctor, "broker", "The messages of 1 photos")
    assert not await outbox_is_empty(pool)
    assert doctor.found("broker", "No worker takes photos")


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (lambda settings: {"disk_free_bytes": 10**18}, "MB are needed"),
        (lambda settings: {"amqp_url": "amqp://127.0.0.1:9/"}, "The broker does not answer"),
    ],
)
async def test_what_only_a_person_can_mend(
    doctor: Doctor, break_it: Callable[[ApiSettings], dict[str, object]], words: str
) -> None:
    whole = {**doctor.settings.model_dump(), "data_folder": "/", **break_it(doctor.settings)}
    doctor.settings = ApiSettings(**whole)  # type: ignore[arg-type]
    report = await doctor(repair=True)
    assert report.found > report.repaired
    assert any(words in line for line in doctor.said)


async def test_clocks_that_differ(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ahead(_: Pool) -> float:
        return 4e9

    monkeypatch.setattr("api.operator.look_at_machine.clock", ahead)
    await doctor()
    assert doctor.found("machine", "The clock of Postgres is")
    assert not doctor.found("machine", "The clock of Object storage is")


async def test_retention_takes_the_oldest_finished_batches_and_says_so_first(pool: Pool) -> None:
    owner = await an_owner(pool)
    model = await a_model(pool)
    made = []
    for names in ("ab", "bc", "d", "e"):
        batch = await a_batch(pool, owner)
        photos = await queue_photos(pool, owner, batch, list(names))
        if names != "e":  # that one is not finished
            await close_batch(pool, owner, batch)
            await record_answers(pool, [an_answer(batch, photo) for photo in photos], model)
        made.append(batch)
    await pool.execute("update blobs set size = $1", GB)
    said: list[str] = []
    # Five pictures of a gigabyte each: the first batch alone shows `a`, the second shows `b` and `c`.
    dry = await retire(pool, Retention(None, 4), said.append, dry_run=True)
    assert [(one.id, one.bytes) for one in dry] == [(made[0], GB)]
    assert said[-1] == "1 batches would be deleted, 1.00 GB"
    assert [one.id for one in await retire(pool, Retention(None, 2), said.append, dry_run=True)] == made[:2]
    assert await retire(pool, Retention(1, None), said.append, dry_run=False) == []
    await pool.execute("update batches set finished_at = now() - interval '2 days' where id = $1", made[2])
    await retire(pool, Retention(1, 4), said.append, dry_run=False)
    kept = await list_batches(pool, owner, before=None, limit=10)
    assert {one.id for one in kept} == {made[1], made[3]}


async def test_usage_is_told_by_owner(pool: Pool) -> None:
    for name, names in (("alice", "ab"), ("bob", "c")):
        owner = await an_owner(pool, name)
        await queue_photos(pool, owner, await a_batch(pool, owner), list(names))
    usage = await usage_by_owner(pool)
    assert [(one.owner, one.batches, one.photos, one.queued, one.bytes) for one in usage] == [
        ("alice", 1, 2, 2, 2),
        ("bob", 1, 1, 1, 1),
    ]
    assert all(one.used_at and one.photos_30_days == one.photos for one in usage)
