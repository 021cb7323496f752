"""A cancel is a state: answered at once, done in portions; photos that wait end, and answers stay."""

import asyncio
import random
from uuid import uuid4

import pytest

from api.duties import portions
from api.duties.cancellations import cancellations_of
from api.duties.feed import Feed
from api.http.schemas.webhook_messages import BatchMessage
from shared.errors import BirdsError, Code
from shared.ledger.answers import record_answers
from shared.ledger.batches import change_batch, close_batch, get_batch
from shared.ledger.cancellations import begin_cancel, cancel_portion
from shared.ledger.database import Pool
from shared.ledger.intake import Announced, announce_photos, queue_reserved
from shared.ledger.photos import results_after
from shared.ledger.reanswering import reanswer_batch
from shared.ledger.refused import refused_after
from shared.ledger.retries import begin_retry
from shared.ledger.upkeep import miscounted_batches
from shared.ledger.webhooks import WebhookEvent
from shared.messages import PhotoJob
from shared.records import BatchId, BatchState, Counts, OwnerId, PhotoId
from tests.support.ledger import a_batch, a_model, an_answer, an_owner, eventually, queue_photos
from tests.support.stack import Stack
from tests.support.webhooks import a_webhook
from worker.cancelled import CancelledBatches

FINISHES = """
create table finishes (batch_id uuid);
create function note_finish() returns trigger language plpgsql as $$
    begin insert into finishes values (new.id); return new; end
$$;
create trigger finishes after update on batches for each row
    when (old.finished_at is distinct from new.finished_at) execute function note_finish();
"""


async def cancel(pool: Pool, owner: OwnerId, batch: BatchId, limit: int = 1000) -> int:
    """To its end; how many portions it took."""
    more, taken = await begin_cancel(pool, owner, batch, limit), 1
    while more:
        assert (await get_batch(pool, owner, batch)).cancelled_at
        assert await miscounted_batches(pool) == []
        more, taken = await cancel_portion(pool, batch, limit), taken + 1
    return taken


async def test_what_waits_fails_in_portions_and_answers_stay(pool: Pool) -> None:
    owner, model = await an_owner(pool), await a_model(pool)
    batch = await a_batch(pool, owner)
    photos = await queue_photos(pool, owner, batch, [str(number) for number in range(10)])
    answers = [an_answer(batch, photo) for photo in photos]
    await record_answers(pool, answers[:3], model)
    assert await cancel(pool, owner, batch, 3) == 3
    standing = await get_batch(pool, owner, batch)
    assert (standing.counts, standing.state, standing.cancelling) == (
        Counts(10, 0, 3, 7),
        BatchState.FINISHED,
        False,
    )
    assert standing.cancelled_at is not None
    results = await results_after(pool, batch, 0, 100)
    assert [one.seq for one in results] == list(range(1, 11)), "the feed tells each end, without a gap"
    assert [one.error_code for one in results] == [None] * 3 + [Code.CANCELLED] * 7
    await record_answers(pool, answers, model)  # of a worker that had them in hand
    await begin_cancel(pool, owner, batch, 3)
    await close_batch(pool, owner, batch)
    assert await get_batch(pool, owner, batch) == standing
    assert await miscounted_batches(pool) == []


async def test_announced_uploads_end_too_and_late_ones_are_refused(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    announced = [Announced(f"{number}.jpg", bytes([number]) * 32, 1) for number in range(5)]
    places = await announce_photos(pool, owner, batch, announced)
    await queue_photos(pool, owner, batch, ["a", "b"])
    assert await cancel(pool, owner, batch, 2) == 4
    standing = await get_batch(pool, owner, batch)
    assert (standing.counts, standing.refused, standing.state) == (Counts(2, 0, 0, 2), 5, BatchState.FINISHED)
    refused = await refused_after(pool, batch, None, 10)
    assert {(one.name, one.code) for one in refused} == {(one.name, Code.CANCELLED) for one in announced}
    late = (
        queue_reserved(pool, owner, batch, places),
        announce_photos(pool, owner, batch, announced),
        queue_photos(pool, owner, batch, ["c"]),
    )
    for attempt in late:
        with pytest.raises(BirdsError, match="batch-closed: This batch was cancelled"):
            await attempt


@pytest.mark.parametrize("answered", [False, True])
async def test_an_empty_or_finished_batch_has_nothing_to_end(pool: Pool, answered: bool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    if answered:
        await close_batch(pool, owner, batch)
    before = await get_batch(pool, owner, batch)
    assert await cancel(pool, owner, batch) == 1
    after = await get_batch(pool, owner, batch)
    assert after.state is BatchState.FINISHED
    assert (after == before) is answered, "what is finished stays as it is"
    assert (after.cancelled_at is None) is answered


async def test_a_retry_takes_it_up_again(pool: Pool) -> None:
    owner, model = await an_owner(pool), await a_model(pool)
    batch = await a_batch(pool, owner)
    photos = await queue_photos(pool, owner, batch, ["a", "b", "c"])
    assert await begin_cancel(pool, owner, batch, 2), "one is left, and no portion comes to it"
    with pytest.raises(BirdsError, match="cancelled"):
        await reanswer_batch(pool, owner, batch, model)
    await begin_retry(pool, owner, batch, 10)
    standing = await get_batch(pool, owner, batch)
    assert (standing.counts, standing.cancelled_at, standing.state) == (
        Counts(3, 3, 0, 0),
        None,
        BatchState.CLOSED,
    )
    assert not await cancel_portion(pool, batch, 2)
    await record_answers(pool, [an_answer(batch, photo) for photo in photos], model)
    standing = await get_batch(pool, owner, batch)
    assert (standing.counts, standing.last_seq, standing.state) == (
        Counts(3, 0, 3, 0),
        5,
        BatchState.FINISHED,
    )


async def test_it_ends_a_retry_that_goes_on(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    await queue_photos(pool, owner, batch, ["a", "b", "c"])
    await cancel(pool, owner, batch)
    assert await begin_retry(pool, owner, batch, 2)
    await cancel(pool, owner, batch)
    standing = await get_batch(pool, owner, batch)
    assert (standing.counts, standing.retrying, standing.state) == (
        Counts(3, 0, 0, 3),
        False,
        BatchState.FINISHED,
    )
    assert await miscounted_batches(pool) == []


async def test_what_a_process_left_another_goes_on_with(
    stack: Stack, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    await queue_photos(pool, owner, batch, [str(number) for number in range(9)])
    monkeypatch.setattr(portions, "IN_REQUEST", 3)
    monkeypatch.setattr(portions, "AT_ONCE", 2)
    one, other = (cancellations_of(pool, Feed(stack.amqp_url)) for _ in range(2))
    await one.begin(owner, batch)  # and it does no more
    assert (await get_batch(pool, owner, batch)).counts == Counts(9, 6, 0, 3)

    async def is_finished() -> bool:
        return (await get_batch(pool, owner, batch)).state is BatchState.FINISHED

    running = asyncio.create_task(other.run())
    try:
        await eventually(is_finished)
    finally:
        running.cancel()
    assert (await get_batch(pool, owner, batch)).counts == Counts(9, 0, 0, 9)


@pytest.mark.parametrize("seed", [1, 2])
async def test_amid_answers_nothing_is_lost_or_twice_and_it_finishes_once(pool: Pool, seed: int) -> None:
    await pool.execute(FINISHES)
    owner, model, dice = await an_owner(pool), await a_model(pool), random.Random(seed)
    batch = await a_batch(pool, owner)
    photos = await queue_photos(pool, owner, batch, [str(number) for number in range(60)])

    async def work() -> None:
        """As a worker does that knows of no cancel, and is given some twice."""
        for _ in range(12):
            await record_answers(pool, [an_answer(batch, one) for one in dice.sample(photos, 5)], model)

    async def stop() -> None:
        while (await get_batch(pool, owner, batch)).counts.done < 10:
            await asyncio.sleep(0)
        await cancel(pool, owner, batch, dice.randint(1, 7))

    await asyncio.gather(work(), work(), stop(), stop())
    standing = await get_batch(pool, owner, batch)
    results = await results_after(pool, batch, 0, 100)
    assert [one.seq for one in results] == list(range(1, 61))
    assert {one.id for one in results} == {one.photo_id for one in photos}
    done = sum(one.error_code is None for one in results)
    assert 10 <= done < 60
    assert standing.counts == Counts(60, 0, done, 60 - done)
    assert await pool.fetchval("select count(*) from finishes") == 1
    assert await miscounted_batches(pool) == []


async def test_webhooks_are_told_once_that_it_is_finished(pool: Pool) -> None:
    owner = await an_owner(pool)
    hook = await a_webhook(pool, owner, "http://127.0.0.1:1/", [WebhookEvent.BATCH_FINISHED])
    batch = await a_batch(pool, owner)
    await change_batch(pool, owner, batch, {"client_id": "cam 3", "metadata": {"site": "A"}})
    await queue_photos(pool, owner, batch, ["a", "b", "c"])
    await cancel(pool, owner, batch, 2)
    await cancel(pool, owner, batch, 2)
    [delivery] = await hook.deliveries()
    told = BatchMessage.model_validate_json(delivery.body).data
    assert (told.client_id, told.metadata, told.counts.failed) == ("cam 3", {"site": "A"}, 3)
    assert told.cancelled_at == (await get_batch(pool, owner, batch)).cancelled_at


async def test_nobody_cancels_what_is_not_theirs(pool: Pool) -> None:
    batch = await a_batch(pool, await an_owner(pool))
    with pytest.raises(BirdsError, match="not-found"):
        await begin_cancel(pool, await an_owner(pool, "bob"), batch, 1)


async def test_a_worker_skips_what_was_cancelled_and_not_what_was_taken_up_again(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch, other = await a_batch(pool, owner), await a_batch(pool, owner)
    [photo] = await queue_photos(pool, owner, batch, ["a"])
    [another] = await queue_photos(pool, owner, other, ["b"])
    cancelled = CancelledBatches(pool)
    await cancel(pool, owner, batch)
    assert not await cancelled.skips(job(batch, photo.photo_id)), "it does not know yet"
    await cancelled.look()
    assert await cancelled.skips(job(batch, photo.photo_id))
    assert await cancelled.skips(job(batch, PhotoId(uuid4()))), "deleted meanwhile"
    assert not await cancelled.skips(job(other, another.photo_id))
    await begin_retry(pool, owner, batch, 10)
    assert not await cancelled.skips(job(batch, photo.photo_id)), "however old what it knows is"


def job(batch: BatchId, photo: PhotoId) -> PhotoJob:
    return PhotoJob(photo_id=photo, batch_id=batch, key="k", sha256="0" * 64, top_k=1)
