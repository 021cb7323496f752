"""Deletion is a state: seen at once, done in portions."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from api.duties import deletions
from api.duties.deletions import Deletions
from api.duties.sweeper import Sweeper
from shared.errors import BirdsError, LedgerFull
from shared.ledger.answers import record_answers
from shared.ledger.batches import (
    backlog_by_lane,
    change_batch,
    close_batch,
    create_batch,
    get_batch,
    list_batches,
)
from shared.ledger.database import Pool
from shared.ledger.deletions import delete_portion, deleted_batches, mark_deleted
from shared.ledger.labels import Word
from shared.ledger.photos import get_photo
from shared.ledger.refused import record_refused
from shared.ledger.retries import begin_retry
from shared.ledger.usage import open_batches_of_owner, queued_of_owner
from shared.objects import ObjectStore
from shared.records import Counts, Lane
from tests.support.ledger import a_batch, a_model, an_answer, an_owner, label, queue_photos


@pytest.fixture
def sweeper(pool: Pool, objects: ObjectStore) -> Sweeper:
    return Sweeper(pool, objects, upload_url_s=3600)


async def count(pool: Pool, table: str) -> int:
    return int(await pool.fetchval(f"select count(*) from {table}"))


async def test_what_is_deleted_is_found_by_nobody_while_its_rows_are_there(pool: Pool) -> None:
    owner = await an_owner(pool)
    made = {"name": None, "lane": Lane.BULK, "top_k": 1, "idempotency_key": "once"}
    batch = await create_batch(pool, owner, **made)  # type: ignore[arg-type]
    [photo] = await queue_photos(pool, owner, batch, ["a"])
    await mark_deleted(pool, owner, batch)
    for attempt in (get_batch, close_batch, mark_deleted, partial(begin_retry, limit=1)):
        with pytest.raises(BirdsError, match="not-found"):
            await attempt(pool, owner, batch)
    with pytest.raises(BirdsError, match="not-found"):
        await queue_photos(pool, owner, batch, ["b"])
    assert await list_batches(pool, owner, before=None, limit=10) == []
    assert await get_photo(pool, owner, photo.photo_id) is None
    with pytest.raises(BirdsError, match="not-found"):
        await label(pool, owner, batch, [photo.photo_id], Word("Ostrich"))
    assert await queued_of_owner(pool, owner) == await open_batches_of_owner(pool, owner) == 0
    assert (await backlog_by_lane(pool))[Lane.BULK].photos == 0
    assert await create_batch(pool, owner, **made) != batch  # type: ignore[arg-type]
    assert await count(pool, "photos") == 1
    # A worker that had it in hand harms nothing.
    await record_answers(pool, [an_answer(batch, photo)], await a_model(pool))


async def test_it_goes_in_portions_and_leaves_nothing(
    pool: Pool, sweeper: Sweeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deletions, "IN_REQUEST", 3)
    monkeypatch.setattr(deletions, "AT_ONCE", 4)
    owner = await an_owner(pool)
    batch, other = await a_batch(pool, owner), await a_batch(pool, owner)
    photos = await queue_photos(pool, owner, batch, [str(number) for number in range(10)])
    await label(pool, owner, batch, [photo.photo_id for photo in photos], Word("Ostrich"))
    await queue_photos(pool, owner, other, ["0", "x"])
    await record_refused(pool, owner, batch, [(str(n), "empty-file", "It is.") for n in range(7)], most=10)
    deleting = Deletions(pool, sweeper)
    await deleting.delete(owner, batch)
    assert (await count(pool, "photos"), await deleted_batches(pool, 10)) == (9, [batch])
    await deleting.remove_all()
    assert (await count(pool, "batches"), await count(pool, "photos"), await count(pool, "refused")) == (
        1,
        2,
        0,
    )
    assert (await count(pool, "labels"), await count(pool, "label_acts")) == (0, 0)
    assert (await count(pool, "blobs"), await count(pool, "garbage")) == (2, 9)
    assert (await get_batch(pool, owner, other)).counts == Counts(2, 2, 0, 0)


async def test_photos_without_an_answer_go_first_and_no_two_processes_are_at_one_batch(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    photos = await queue_photos(pool, owner, batch, list("abcd"))
    await record_answers(pool, [an_answer(batch, photo) for photo in photos[:2]], await a_model(pool))
    await mark_deleted(pool, owner, batch)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("select from batches where id = $1 for no key update", batch)
        assert await delete_portion(pool, batch, 2) is None
    portion = await delete_portion(pool, batch, 2)
    assert portion
    assert not portion.done
    assert {row["state"] for row in await pool.fetch("select state from photos")} == {"done"}


async def test_a_full_ledger_is_made_room_in(
    pool: Pool, objects: ObjectStore, sweeper: Sweeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    [photo] = await queue_photos(pool, owner, batch, ["a"])
    await objects.put(photo.blob.key, b"a")

    def full_once(statement):
        async def tried(*given):
            if await objects.size(photo.blob.key) is not None:
                raise LedgerFull("its disk is full")
            return await statement(*given)

        return tried

    monkeypatch.setattr(deletions, "mark_deleted", full_once(mark_deleted))
    await Deletions(pool, sweeper).delete(owner, batch)
    assert await count(pool, "batches") == 0


async def test_what_expires_goes_however_far_it_has_come(
    pool: Pool, sweeper: Sweeper, objects: ObjectStore
) -> None:
    owner = await an_owner(pool)
    batch, later, kept = [await a_batch(pool, owner) for _ in range(3)]
    [photo] = await queue_photos(pool, owner, batch, ["a"])
    await objects.put(photo.blob.key, b"a")
    now = datetime.now(UTC)
    for one, expires_at in ((batch, now), (later, now + timedelta(hours=1))):
        await change_batch(pool, owner, one, {"expires_at": expires_at})
    await Deletions(pool, sweeper).remove_all()
    assert [one.id for one in await list_batches(pool, owner, before=None, limit=9)] == [kept, later]
    assert await count(pool, "photos") == await count(pool, "blobs") == 0
    with pytest.raises(BirdsError, match="missing-object"):
        await objects.get(photo.blob.key, 10)
