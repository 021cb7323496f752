"""A retry is a state: answered at once, done in portions by any process; no batch is finished before."""

import asyncio

import pytest

from api.duties import portions
from api.duties.feed import Feed
from api.duties.relay import Relay
from api.duties.retries import retries_of
from shared.ledger.answers import record_answers
from shared.ledger.batches import close_batch, get_batch
from shared.ledger.database import Pool
from shared.ledger.retries import begin_retry, retry_portion
from shared.ledger.upkeep import miscounted_batches
from shared.records import Answer, BatchId, BatchState, Counts, OwnerId
from tests.support.ledger import a_batch, an_owner, eventually, queue_photos
from tests.support.stack import Stack

CODES = ["decode-timeout", "corrupt-image"]  # the second does not pass


async def failed_batch(pool: Pool, owner: OwnerId, number: int = 10) -> tuple[BatchId, list[Answer]]:
    """Closed, every photo of it failed, a fifth for good; and these answers."""
    batch = await a_batch(pool, owner)
    photos = await queue_photos(pool, owner, batch, [str(number) for number in range(number)])
    answers = [
        Answer(photo.photo_id, batch, error_code=CODES[n % 5 == 4], error_detail="It was.")
        for n, photo in enumerate(photos)
    ]
    await record_answers(pool, answers, None)
    await close_batch(pool, owner, batch)
    return batch, answers


async def test_it_goes_in_portions_and_once_over_each_failure(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch, answers = await failed_batch(pool, owner)
    for _ in range(2):
        portions = [await begin_retry(pool, owner, batch, 3)]
        while portions[-1]:
            standing = await get_batch(pool, owner, batch)
            assert (standing.retrying, standing.state) == (True, BatchState.CLOSED)
            portions.append(await retry_portion(pool, batch, 3))
        assert portions == [True, True, False]
        standing = await get_batch(pool, owner, batch)
        assert (standing.counts, standing.retrying) == (Counts(10, 8, 0, 2), False)
        assert not await retry_portion(pool, batch, 3), "none goes on"
        await record_answers(pool, answers, None)
        assert (await get_batch(pool, owner, batch)).state is BatchState.FINISHED


async def test_it_is_finished_when_all_was_looked_at_however_soon_that_is_answered(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch, answers = await failed_batch(pool, owner)
    assert await begin_retry(pool, owner, batch, 8), "all that may pass, which nobody knows"
    await record_answers(pool, answers, None)
    for _ in range(2):
        standing = await get_batch(pool, owner, batch)
        assert (standing.counts.queued, standing.state) == (0, BatchState.CLOSED)
        await close_batch(pool, owner, batch)
    assert await miscounted_batches(pool) == []
    assert not await retry_portion(pool, batch, 8), "what failed again was not asked for"
    assert (await get_batch(pool, owner, batch)).state is BatchState.FINISHED


async def test_a_finished_batch_with_nothing_to_retry_stays_as_it_is(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch, answers = await failed_batch(pool, owner, 5)
    await begin_retry(pool, owner, batch, 10)
    good = [Answer(one.photo_id, batch, predictions=[], bird_probability=0.0) for one in answers]
    await record_answers(pool, good, None)
    before = await get_batch(pool, owner, batch)
    assert not await begin_retry(pool, owner, batch, 10)
    assert await get_batch(pool, owner, batch) == before


async def test_what_a_process_left_another_goes_on_with(
    stack: Stack, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await an_owner(pool)
    batch, _ = await failed_batch(pool, owner)
    monkeypatch.setattr(portions, "IN_REQUEST", 3)
    monkeypatch.setattr(portions, "AT_ONCE", 2)
    one, other = (retries_of(pool, Relay(pool, stack.amqp_url, 20), Feed(stack.amqp_url)) for _ in range(2))
    await one.begin(owner, batch)  # and it does no more
    assert (await get_batch(pool, owner, batch)).counts == Counts(10, 3, 0, 7)
    running = asyncio.create_task(other.run())
    try:
        await eventually(lambda: is_done(pool, owner, batch))
    finally:
        running.cancel()
    assert (await get_batch(pool, owner, batch)).counts == Counts(10, 8, 0, 2)


async def is_done(pool: Pool, owner: OwnerId, batch: BatchId) -> bool:
    return not (await get_batch(pool, owner, batch)).retrying
