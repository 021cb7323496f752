"""The ledger's promises, on a real Postgres, with several writers at once."""

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from shared.errors import BirdsError, Code
from shared.ledger import batches, blobs, intake
from shared.ledger.answers import record_answers
from shared.ledger.batches import close_batch, get_batch
from shared.ledger.database import Pool
from shared.ledger.migrate import migrate
from shared.ledger.photos import results_after
from shared.ledger.retries import begin_retry
from shared.photo.taken import TakenTime, TimeSource
from shared.records import Answer, BatchState, Counts
from tests.support.ledger import a_batch, a_model, an_answer, an_owner, delete_batch, queue_photos
from tests.support.stack import Stack


async def test_seq_has_no_gaps_under_concurrent_workers(pool: Pool) -> None:
    owner, model = await an_owner(pool), await a_model(pool)
    mine = [await a_batch(pool, owner) for _ in range(3)]
    answers = []
    for batch in mine:
        photos = await queue_photos(pool, owner, batch, [f"{n}.jpg" for n in range(100)])
        answers += [an_answer(batch, photo) for photo in photos]
    answers += random.sample(answers, 100)  # second deliveries
    random.shuffle(answers)
    groups = [answers[start : start + 10] for start in range(0, len(answers), 10)]
    await asyncio.gather(*(record_answers(pool, group, model) for group in groups))
    for batch in mine:
        results = await results_after(pool, batch, 0, 1000)
        assert [photo.seq for photo in results] == list(range(1, 101))
        assert (await get_batch(pool, owner, batch)).counts == Counts(100, 0, 100, 0)


async def test_a_reader_never_sees_a_later_seq_before_an_earlier_one(pool: Pool) -> None:
    owner, model = await an_owner(pool), await a_model(pool)
    batch = await a_batch(pool, owner)
    photos = await queue_photos(pool, owner, batch, [f"{n}.jpg" for n in range(200)])
    seen: list[int] = []

    async def read() -> None:
        while len(seen) < len(photos):
            page = await results_after(pool, batch, seen[-1] if seen else 0, 7)
            seen.extend(photo.seq or 0 for photo in page)

    writers = [record_answers(pool, [an_answer(batch, photo)], model) for photo in photos]
    await asyncio.gather(read(), *writers)
    assert seen == list(range(1, 201))


async def test_local_time_is_kept_and_a_name_tells_it_last(pool: Pool) -> None:
    owner, model = await an_owner(pool), await a_model(pool)
    batch = await a_batch(pool, owner)
    names = [
        "IMG_20230504_213000.jpg",
        "trip/IMG_20230504_213000.jpg",
        "PXL_20230504_213000123.jpg",
        "DSC_0001.jpg",
    ]
    photos = await queue_photos(pool, owner, batch, names)
    answers = [an_answer(batch, photo) for photo in photos]
    evening = datetime(2021, 5, 4, 21, 30, 0, 250_000)
    answers[0] = replace(answers[0], taken=TakenTime.by_clock(TimeSource.ORIGINAL, evening, -360))
    await record_answers(pool, answers, model)
    by_camera, by_name, in_utc, never = await results_after(pool, batch, 0, 10)
    assert (by_camera.taken_local, by_camera.taken_offset_minutes) == (evening, -360)
    assert by_camera.taken_at == datetime(2021, 5, 5, 3, 30, 0, 250_000, UTC)
    assert (by_name.taken_local, by_name.taken_at) == (datetime(2023, 5, 4, 21, 30), None)
    assert (in_utc.taken_local, in_utc.taken_at) == (None, datetime(2023, 5, 4, 21, 30, 0, 123_000, UTC))
    assert [one.taken_from for one in (by_camera, by_name, never)] == ["DateTimeOriginal", "FileName", None]


async def test_the_same_file_twice_is_one_photo(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    first = await queue_photos(pool, owner, batch, ["a.jpg", "b.jpg", "a.jpg"])
    again = await queue_photos(pool, owner, batch, ["b.jpg"])
    assert [photo.duplicate for photo in first] == [False, False, True]
    assert first[0].photo_id == first[2].photo_id
    assert again[0].duplicate
    assert again[0].photo_id == first[1].photo_id
    assert (await get_batch(pool, owner, batch)).counts == Counts(2, 2, 0, 0)


async def test_batch_is_finished_once_closed_and_answered(pool: Pool) -> None:
    owner, model = await an_owner(pool), await a_model(pool)
    batch = await a_batch(pool, owner)
    photos = await queue_photos(pool, owner, batch, ["a.jpg", "b.jpg"])
    await record_answers(pool, [an_answer(batch, photos[0])], model)
    await close_batch(pool, owner, batch)
    assert (await get_batch(pool, owner, batch)).state is BatchState.CLOSED
    await record_answers(pool, [an_answer(batch, photos[1])], model)
    assert (await get_batch(pool, owner, batch)).state is BatchState.FINISHED


async def test_closed_batch_takes_no_photo(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    await close_batch(pool, owner, batch)
    with pytest.raises(BirdsError) as refused:
        await queue_photos(pool, owner, batch, ["late.jpg"])
    assert refused.value.code is Code.BATCH_CLOSED


async def test_retry_takes_an_answer_back_and_gives_a_new_seq(pool: Pool) -> None:
    owner, model = await an_owner(pool), await a_model(pool)
    batch = await a_batch(pool, owner)
    lost, broken, good = await queue_photos(pool, owner, batch, ["lost.jpg", "broken.jpg", "good.jpg"])
    await close_batch(pool, owner, batch)
    failures = [
        Answer(lost.photo_id, batch, error_code=Code.MISSING_OBJECT, error_detail="gone"),
        Answer(broken.photo_id, batch, error_code=Code.CORRUPT_IMAGE, error_detail="no image"),
    ]
    await record_answers(pool, [*failures, an_answer(batch, good)], model)
    assert not await begin_retry(pool, owner, batch, 10)  # a corrupt image stays one
    reopened = await get_batch(pool, owner, batch)
    assert (reopened.state, reopened.counts) == (BatchState.CLOSED, Counts(3, 1, 1, 1))
    await record_answers(pool, [an_answer(batch, lost)], model)
    results = await results_after(pool, batch, 0, 10)
    assert [(photo.seq, photo.name) for photo in results] == [
        (2, "broken.jpg"),
        (3, "good.jpg"),
        (4, "lost.jpg"),
    ]
    assert (await get_batch(pool, owner, batch)).state is BatchState.FINISHED


async def test_another_owner_sees_nothing(pool: Pool) -> None:
    alice, bob = await an_owner(pool, "alice"), await an_owner(pool, "bob")
    batch = await a_batch(pool, alice)
    for attempt in (get_batch, close_batch, delete_batch, partial(begin_retry, limit=1)):
        with pytest.raises(BirdsError) as refused:
            await attempt(pool, bob, batch)
        assert refused.value.code is Code.NOT_FOUND
    assert await batches.list_batches(pool, bob, before=None, limit=10) == []


async def test_bytes_are_kept_while_a_photo_shows_them(pool: Pool) -> None:
    owner = await an_owner(pool)
    first, second = await a_batch(pool, owner), await a_batch(pool, owner)
    await queue_photos(pool, owner, first, ["a.jpg", "b.jpg"])
    kept = await queue_photos(pool, owner, second, ["a.jpg"])
    shown = await delete_batch(pool, owner, first)
    gone = await blobs.discard_unused_blobs(pool, shown, writable_s=60)
    assert len(gone) == 1
    assert kept[0].blob.id not in gone
    assert [one.blob_id for one in await blobs.list_garbage(pool, 10)] == gone


async def test_announced_photo_is_counted_only_once_its_bytes_came(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    await queue_photos(pool, owner, batch, ["here.jpg"])
    here = (await queue_photos(pool, owner, batch, ["here.jpg"]))[0].blob
    announced = await intake.announce_photos(
        pool,
        owner,
        batch,
        [intake.Announced("copy.jpg", here.sha256, 1), intake.Announced("new.jpg", b"\x01" * 32, 1)],
    )
    assert [photo.blob.stored for photo in announced] == [True, False]
    assert (await get_batch(pool, owner, batch)).counts.accepted == 2
    reserved = await intake.reserved_photos(pool, batch, [announced[1].photo_id])
    await intake.queue_reserved(pool, owner, batch, reserved)
    await intake.queue_reserved(pool, owner, batch, reserved)  # asked twice
    assert (await get_batch(pool, owner, batch)).counts == Counts(3, 3, 0, 0)


async def test_migrating_twice_at_once_is_harmless(stack: Stack) -> None:
    assert await asyncio.gather(migrate(stack.postgres_url), migrate(stack.postgres_url)) == [[], []]
