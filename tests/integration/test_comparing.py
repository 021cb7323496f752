"""A batch is answered again by another model, and both models' answers are compared."""

import pytest

from shared.errors import BirdsError, Code
from shared.ledger.answers import record_answers
from shared.ledger.batches import close_batch, get_batch
from shared.ledger.comparing import compare, differences, find_model
from shared.ledger.database import Pool
from shared.ledger.intake import Accepted
from shared.ledger.labels import Word
from shared.ledger.photos import results_after
from shared.ledger.reanswering import reanswer_batch
from shared.records import Answer, BatchId, BatchState, Counts, ModelId, OwnerId
from shared.scoring.scorer import Scorer
from shared.scoring.truth import RightOf
from tests.support.ledger import a_batch, a_model, an_answer, an_owner, label, queue_photos
from tests.support.readings import a_loaded_model, a_read_answer

JAY, MALLARD, TREE = (0.9, 0.05, 0.05), (0.05, 0.9, 0.05), (0.05, 0.05, 0.9)
NAMES = ["a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg"]
OLD = [JAY, JAY, MALLARD, TREE, JAY]
NEW = [JAY, MALLARD, MALLARD, TREE, TREE]


class Trip:
    """Five answered photos in a closed batch."""

    def __init__(self, pool: Pool, owner: OwnerId, batch: BatchId, photos: list[Accepted]) -> None:
        self.pool, self.owner, self.batch, self.photos = pool, owner, batch, photos

    async def answer(self, says: list[tuple[float, float, float]], model: ModelId, scorer: Scorer) -> None:
        answers = [a_read_answer(self.batch, *each) for each in zip(self.photos, says, strict=True)]
        await record_answers(self.pool, answers, model, scorer)


@pytest.fixture
async def trip(pool: Pool) -> Trip:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    photos = await queue_photos(pool, owner, batch, NAMES)
    await close_batch(pool, owner, batch)
    return Trip(pool, owner, batch, photos)


async def test_another_model_answers_in_place_and_the_earlier_ones_word_is_kept(trip: Trip) -> None:
    old, new = [await a_loaded_model(trip.pool, version) for version in "12"]
    await trip.answer(OLD, *old)
    assert await reanswer_batch(trip.pool, trip.owner, trip.batch, old[0]) == 0, "it has answered them"
    assert (await get_batch(trip.pool, trip.owner, trip.batch)).state is BatchState.FINISHED
    assert await reanswer_batch(trip.pool, trip.owner, trip.batch, new[0]) == 5
    batch = await get_batch(trip.pool, trip.owner, trip.batch)
    assert (batch.state, batch.counts, batch.last_seq) == (BatchState.CLOSED, Counts(5, 5, 0, 0), 5)
    assert await results_after(trip.pool, trip.batch, 0, 10) == []
    await trip.answer(NEW, *new)
    results = await results_after(trip.pool, trip.batch, 0, 10)
    assert [one.seq for one in results] == [6, 7, 8, 9, 10]
    assert {one.model for one in results} == {"small@2"}
    names = ["Blue Jay", "Mallard", "Mallard", "Not a bird", "Not a bird"]
    assert [one.final and one.final.name for one in results] == names
    batch = await get_batch(trip.pool, trip.owner, trip.batch)
    assert (batch.state, batch.counts) == (BatchState.FINISHED, Counts(5, 0, 5, 0))
    assert await trip.pool.fetchval("select count(*) from readings where logits is not null") == 10


async def test_two_models_are_compared_with_each_other_and_with_people(trip: Trip) -> None:
    (old, scorer), (new, other) = [await a_loaded_model(trip.pool, version) for version in "12"]
    await trip.answer(OLD, old, scorer)
    await reanswer_batch(trip.pool, trip.owner, trip.batch, new)
    await trip.answer(NEW, new, other)
    for photo, word in zip(trip.photos, ["Blue Jay", "mallard", None, "Not a bird", "Ostrich"], strict=True):
        await label(trip.pool, trip.owner, trip.batch, [photo.photo_id], Word(word))
    found = await compare(trip.pool, trip.batch, old, new)
    assert (found.both, found.same, found.right) == (5, 3, (RightOf(2, 4), RightOf(3, 4)))
    first, second = await differences(trip.pool, trip.batch, old, new, after=0, limit=10)
    assert [(one.name, one.label) for one in (first, second)] == [("b.jpg", "mallard"), ("e.jpg", "Ostrich")]
    assert [said.species for said in first.said] == ["Blue Jay", "Mallard"]
    assert second.said[1].bird_probability == pytest.approx(0.1, abs=1e-3)
    assert await differences(trip.pool, trip.batch, old, new, after=first.seq, limit=1) == [second]
    assert await find_model(trip.pool, "small@2") == new
    with pytest.raises(BirdsError) as refused:
        await find_model(trip.pool, "small@3")
    assert refused.value.code is Code.NOT_FOUND


async def test_an_answer_of_which_no_reading_was_kept_can_be_compared_too(trip: Trip) -> None:
    old, (new, scorer) = await a_model(trip.pool), await a_loaded_model(trip.pool)
    answers = [an_answer(trip.batch, photo) for photo in trip.photos[:4]]
    failed = Answer(trip.photos[4].photo_id, trip.batch, error_code=Code.CORRUPT_IMAGE, error_detail="x")
    await record_answers(trip.pool, [*answers, failed], old)
    assert await reanswer_batch(trip.pool, trip.owner, trip.batch, new) == 4, "a failure is for /retry"
    await trip.answer(NEW, new, scorer)
    found = await compare(trip.pool, trip.batch, old, new)
    assert (found.both, found.same) == (4, 0)


async def test_another_owners_batch_is_not_answered_again(trip: Trip) -> None:
    bob, (model, _) = await an_owner(trip.pool, "bob"), await a_loaded_model(trip.pool)
    with pytest.raises(BirdsError) as refused:
        await reanswer_batch(trip.pool, bob, trip.batch, model)
    assert refused.value.code is Code.NOT_FOUND
