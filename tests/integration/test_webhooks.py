"""What webhooks are told: written with what it tells of, or not at all."""

import asyncio
import json

import pytest

from shared.ledger.answers import record_answers
from shared.ledger.batches import close_batch
from shared.ledger.database import Pool
from shared.ledger.labels import Word
from shared.ledger.models import promote, promote_first
from shared.ledger.webhooks import WebhookEvent
from tests.support.ledger import a_batch, a_model, an_answer, an_owner, eventually, label, queue_photos, retry
from tests.support.webhooks import a_webhook, finished_batch

NOBODY = "http://127.0.0.1:1/"


async def test_a_batch_is_told_again_when_it_is_finished_again(pool: Pool) -> None:
    owner = await an_owner(pool)
    hook = await a_webhook(pool, owner, NOBODY, [WebhookEvent.BATCH_FINISHED])
    batch, photos = await finished_batch(pool, owner, ["a", "bad"])
    await retry(pool, owner, batch)
    assert len(await hook.deliveries()) == 1
    await record_answers(pool, [an_answer(batch, photos[1])], await a_model(pool))
    first, second = await hook.deliveries()
    counts = [json.loads(one.body)["data"]["counts"] for one in (first, second)]
    assert [(one["done"], one["failed"]) for one in counts] == [(1, 1), (2, 0)]


async def test_reviewed_is_a_batch_with_a_word_on_each_photo_that_is_done(pool: Pool) -> None:
    owner = await an_owner(pool)
    hook = await a_webhook(pool, owner, NOBODY, [WebhookEvent.BATCH_REVIEWED])
    batch, photos = await finished_batch(pool, owner, ["a", "b", "c", "bad"])
    ids = [photo.photo_id for photo in photos]
    said = []
    for photo_ids, word in (
        (ids[:2], Word("Emu")),
        (ids[1:2], Word("Ostrich")),  # one has a word already
        (ids[2:3], Word("Emu")),  # the last one that was missing
        (ids[3:], Word("Not a bird")),  # of a failed one nothing has to be said
        (ids[:1], Word("Ostrich")),
        (ids[:1], Word()),  # taken back
        (ids[:1], Word("Emu")),
    ):
        await label(pool, owner, batch, photo_ids, word)
        said.append(len(await hook.deliveries()))
    assert said == [0, 0, 1, 1, 1, 1, 2]
    assert json.loads((await hook.deliveries())[0].body)["data"]["batch_id"] == str(batch)


async def test_a_batch_whose_photos_were_reviewed_before_it_was_finished(pool: Pool) -> None:
    owner, model = await an_owner(pool), await a_model(pool)
    hook = await a_webhook(pool, owner, NOBODY)
    batch = await a_batch(pool, owner)
    photos = await queue_photos(pool, owner, batch, ["a"])
    await record_answers(pool, [an_answer(batch, photos[0])], model)
    await label(pool, owner, batch, [photos[0].photo_id], Word("Emu"))
    assert await hook.deliveries() == []
    await close_batch(pool, owner, batch)
    assert sorted(one.event for one in await hook.deliveries()) == ["batch.finished", "batch.reviewed"]
    empty = await a_batch(pool, owner)
    await close_batch(pool, owner, empty)
    events = [
        one.event for one in await hook.deliveries() if json.loads(one.body)["data"]["batch_id"] == str(empty)
    ]
    assert events == ["batch.finished"]


async def test_whoever_asked_is_told_of_another_model_and_nobody_of_anothers_batch(pool: Pool) -> None:
    alice, bob = await an_owner(pool), await an_owner(pool, "bob")
    both = [await a_webhook(pool, owner, NOBODY, [WebhookEvent.MODEL_PROMOTED]) for owner in (alice, bob)]
    batches = await a_webhook(pool, bob, NOBODY, [WebhookEvent.BATCH_FINISHED])
    await finished_batch(pool, alice)
    await promote_first(pool, "starter")
    for source in ("new@1", "new@1"):
        await promote(pool, source)
    for hook in both:
        told = [json.loads(one.body)["data"] for one in await hook.deliveries()]
        assert sorted(told, key=str) == sorted(
            [{"reference": "starter", "before": None}, {"reference": "new@1", "before": "starter"}], key=str
        )
    assert await batches.deliveries() == []


async def test_what_is_not_committed_is_not_told(pool: Pool) -> None:
    owner = await an_owner(pool)
    hook = await a_webhook(pool, owner, NOBODY)
    async with pool.acquire() as connection:
        undone = connection.transaction()
        await undone.start()
        await connection.execute("insert into active_model (source) values ('new@1')")
        assert await connection.fetchval("select count(*) from webhook_deliveries") == 1
        await undone.rollback()
    assert await hook.deliveries() == []


async def test_a_webhook_that_is_deleted_meanwhile_stops_no_worker(pool: Pool) -> None:
    owner = await an_owner(pool)
    hook = await a_webhook(pool, owner, NOBODY)
    async with pool.acquire() as connection:
        deleting = connection.transaction()
        await deleting.start()
        await connection.execute("delete from webhooks")
        answered = asyncio.create_task(finished_batch(pool, owner))
        waiting = "wait_event_type = 'Lock' and datname = current_database()"
        await eventually(lambda: pool.fetchval(f"select count(*) from pg_stat_activity where {waiting}"))
        await deleting.commit()
    batch, _ = await answered
    assert await pool.fetchval("select finished_at is not null from batches where id = $1", batch)
    assert await pool.fetchval("select count(*) from webhook_deliveries") == 0
    with pytest.raises(Exception, match="no such webhook"):
        await hook.deliveries()
