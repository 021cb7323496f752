"""Answers are told anew of what models said, without asking one."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from shared.errors import BirdsError, Code, LedgerAway
from shared.ledger import rescoring
from shared.ledger.answers import record_answers
from shared.ledger.batches import close_batch, get_batch
from shared.ledger.database import Pool
from shared.ledger.labels import Word
from shared.ledger.photos import get_photo, results_after
from shared.ledger.rescoring import RescoreTally, rescore_batch
from shared.photo.box import Box
from shared.records import Answer, BatchId, BatchState, Counts, ModelId, OwnerId, Photo
from shared.scoring.scorer import Scorer
from tests.support.ledger import a_batch, an_answer, an_owner, label, queue_photos, retry
from tests.support.readings import a_loaded_model, a_read_answer, a_reading

BOX = Box(0.25, 0.25, 0.5, 0.5)


class Answered:
    """A closed batch of six answers: a sure jay, three between two birds, one looked at twice, a failure."""

    def __init__(self, pool: Pool, owner: OwnerId, batch: BatchId, model: ModelId, scorer: Scorer) -> None:
        self.pool, self.owner, self.batch, self.model, self.scorer = pool, owner, batch, model, scorer

    async def rescore(self, **changes: Any) -> RescoreTally:
        async def scorer_of(model: ModelId) -> Scorer:
            assert model == self.model
            return self.scorer

        return await rescore_batch(self.pool, self.owner, self.batch, changes, scorer_of)

    async def feed(self, after: int = 0) -> list[Photo]:
        return await results_after(self.pool, self.batch, after, 100)

    async def names(self) -> dict[str, str | None]:
        return {photo.name: photo.final and photo.final.name for photo in await self.feed()}


@pytest.fixture
async def answered(pool: Pool) -> Answered:
    owner, (model, scorer) = await an_owner(pool), await a_loaded_model(pool)
    batch = await a_batch(pool, owner)
    names = ["sure", "one", "two", "three", "twice", "failed"]
    photos = await queue_photos(pool, owner, batch, names)
    answers = [a_read_answer(batch, photos[0], (0.98, 0.01, 0.01))]
    answers += [a_read_answer(batch, photo, (0.45, 0.4, 0.15)) for photo in photos[1:4]]
    answers.append(
        Answer(photos[4].photo_id, batch, reading=a_reading((0.1, 0.1, 0.8), (0.45, 0.5, 0.05), box=BOX))
    )
    answers.append(Answer(photos[5].photo_id, batch, error_code=Code.MISSING_OBJECT, error_detail="gone"))
    await close_batch(pool, owner, batch)
    await record_answers(pool, answers, model, scorer)
    return Answered(pool, owner, batch, model, scorer)


async def test_told_by_the_same_settings_nothing_changes(answered: Answered) -> None:
    before = await answered.feed()
    assert await answered.rescore() == RescoreTally(photos=5, changed=0)
    assert await answered.rescore(threshold=0.5) == RescoreTally(photos=5, changed=0)
    assert await answered.feed() == before


async def test_what_is_another_answer_gets_the_next_seqs_and_the_rest_stays(answered: Answered) -> None:
    assert await answered.names() == {
        "sure": "Blue Jay", "one": "Unknown bird", "two": "Unknown bird", "three": "Unknown bird",
        "twice": "Unknown bird", "failed": None,
    }  # fmt: skip
    [_, _, two, *_] = await answered.feed()
    await label(answered.pool, answered.owner, answered.batch, [two.id], Word("Mallard"))
    readings = await answered.pool.fetch("select * from readings order by photo_id")
    assert await answered.rescore(threshold=0.4) == RescoreTally(photos=5, changed=4)
    after = await answered.feed()
    assert [(one.seq, one.name) for one in after] == [
        (1, "sure"), (6, "failed"), (8, "one"), (9, "two"), (10, "three"), (11, "twice"),
    ]  # fmt: skip
    named = [one.final and one.final.name for one in after]
    assert named == ["Blue Jay", None, "Blue Jay", "Mallard", "Blue Jay", "Mallard"]
    assert after[5].box == BOX
    batch = await get_batch(answered.pool, answered.owner, answered.batch)
    assert (batch.state, batch.counts, batch.last_seq) == (BatchState.FINISHED, Counts(6, 0, 5, 1), 11)
    assert (batch.scoring.threshold, batch.scoring.temperature) == (0.4, None)
    assert await answered.pool.fetch("select * from readings order by photo_id") == readings


async def test_there_and_back_every_answer_is_what_it_was(answered: Answered) -> None:
    def told(photos: list[Photo]) -> list[Photo]:
        return sorted((replace(one, seq=0) for one in photos), key=lambda one: one.name)

    before = await answered.feed()
    assert (await answered.rescore(temperature=3.0, thresholds={"Blue Jay": 0.2})).changed == 5
    assert (await answered.names())["one"] == "Blue Jay"
    assert (await answered.rescore(thresholds=None, temperature=None)).changed == 5
    assert told(await answered.feed()) == told(before)
    assert await answered.pool.fetchval("select scoring from batches") is None


async def test_portions_follow_each_other(answered: Answered, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescoring, "AT_ONCE", 2)
    assert await answered.rescore(threshold=0.4) == RescoreTally(photos=5, changed=4)
    assert [one.seq for one in await answered.feed()] == [1, 6, 7, 8, 9, 10]


async def test_later_answers_are_told_by_the_batchs_settings(answered: Answered) -> None:
    await answered.rescore(threshold=0.4)
    await retry(answered.pool, answered.owner, answered.batch)
    failed = await answered.pool.fetchrow("select id as photo_id from photos where name = 'failed'")
    answer = Answer(failed["photo_id"], answered.batch, reading=a_reading((0.45, 0.4, 0.15)))
    await record_answers(answered.pool, [answer], answered.model, answered.scorer)
    assert (await answered.names())["failed"] == "Blue Jay"


async def test_answers_of_which_nothing_was_kept_are_counted_and_stay(answered: Answered) -> None:
    batch = await a_batch(answered.pool, answered.owner)
    (old,) = await queue_photos(answered.pool, answered.owner, batch, ["old.jpg"])
    await record_answers(answered.pool, [an_answer(batch, old)], answered.model)
    answered.batch = batch
    before = await get_photo(answered.pool, answered.owner, old.photo_id)
    assert await answered.rescore(threshold=0.1) == RescoreTally(photos=1, changed=0, without_reading=1)
    assert await get_photo(answered.pool, answered.owner, old.photo_id) == before


async def test_the_settings_that_were_set_last_tell_all(
    answered: Answered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rescoring, "AT_ONCE", 1)
    await asyncio.gather(*(answered.rescore(threshold=value) for value in (0.1, 0.4, 0.99, 0.35)))
    threshold = await answered.pool.fetchval("select scoring -> 'threshold' from batches")
    told = [one for one in await answered.feed() if one.name == "one"]
    expected = answered.scorer([a_reading((0.45, 0.4, 0.15))], await _settings(answered), 5)
    assert told[0].final is not None
    assert told[0].final.name == expected[0].rolled.name, threshold
    seqs = [one.seq for one in await answered.feed()]
    assert len(set(seqs)) == 6


async def test_another_owners_batch_is_not_there(answered: Answered) -> None:
    answered.owner = await an_owner(answered.pool, "bob")
    with pytest.raises(BirdsError) as refused:
        await answered.rescore(threshold=0.1)
    assert refused.value.code is Code.NOT_FOUND


async def _settings(answered: Answered) -> Any:
    owner = await answered.pool.fetchval("select owner_id from batches")
    return (await get_batch(answered.pool, owner, answered.batch)).scoring


async def test_an_answer_that_was_judged_meanwhile_is_told_anew_all_the_same(
    answered: Answered, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A judge gives it another seq between its reading and its telling."""
    scored = rescoring._Rescoring._scored

    async def judged_meanwhile(task: Any, after: int) -> Any:
        portion = await scored(task, after)
        await answered.pool.execute(
            "update photos set seq = seq + 100 where seq between $1 and 99", after + 1
        )
        await answered.pool.execute("update batches set last_seq = last_seq + 100 where last_seq < 100")
        return portion

    monkeypatch.setattr(rescoring._Rescoring, "_scored", judged_meanwhile)
    assert (await answered.rescore(threshold=0.4)).changed == 4
    assert (await answered.names())["one"] == "Blue Jay"


async def test_a_ledger_that_goes_away_is_told_as_that(
    answered: Answered, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> None:
        raise LedgerAway("gone")

    monkeypatch.setattr(rescoring, "lock_batch", away)
    with pytest.raises(LedgerAway):
        await answered.rescore(threshold=0.4)
    monkeypatch.undo()
    monkeypatch.setattr(rescoring._Rescoring, "_write", away)
    with pytest.raises(LedgerAway):
        await answered.rescore(threshold=0.4)
