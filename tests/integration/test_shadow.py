"""A candidate in the ledger: what it said, how it stands on reviewed photos, the swap and the way back."""

from pathlib import Path

import pytest

from shared.errors import BirdsError, Code
from shared.final_name import NameRank
from shared.ledger import shadow
from shared.ledger.answers import record_answers
from shared.ledger.batches import close_batch
from shared.ledger.copies import read_tables, snapshot, write_tables
from shared.ledger.database import Pool
from shared.ledger.intake import Accepted
from shared.ledger.labels import Word
from shared.ledger.models import active_source, go_back, note_good, promote
from shared.ledger.shadow import ShadowAnswer
from shared.records import BatchId, ModelId, OwnerId
from shared.scoring.verdict import CandidateVerdict
from tests.support.ledger import a_batch, an_owner, delete_batch, label, queue_photos
from tests.support.readings import a_loaded_model, a_read_answer
from tests.support.stack import Stack

JAY, MALLARD = (
    ShadowAnswer("Blue Jay", "Cyanocitta cristata", 0.9, 0.99),
    ShadowAnswer("Mallard", None, 0.9, 0.99),
)
NO_BIRD = ShadowAnswer("Mallard", None, 0.9, 0.1)
BIRDS = 12


class TwoModels:
    """Twelve photos that small@1, which serves, holds for Blue Jays, beside small@2."""

    def __init__(
        self, pool: Pool, owner: OwnerId, batch: BatchId, photos: list[Accepted], model: ModelId
    ) -> None:
        self.pool, self.owner, self.batch, self.photos, self.model = pool, owner, batch, photos, model

    async def says(self, answer: ShadowAnswer) -> None:
        for photo in self.photos:
            await shadow.keep_answer(self.pool, photo.photo_id, self.model, answer)

    async def person_says(self, word: Word) -> None:
        await label(self.pool, self.owner, self.batch, [one.photo_id for one in self.photos], word)

    async def sightings(self, frames: int) -> None:
        """Of so many photos each, as the api makes them of a finished batch."""
        for first in range(0, BIRDS, frames):
            ids = [one.photo_id for one in self.photos[first : first + frames]]
            await self.pool.execute("update photos set sighting_id = $1 where id = any($2)", ids[0], ids)

    async def standing(self) -> shadow.CandidateStanding:
        trial = await shadow.trial(self.pool)
        assert trial is not None
        return trial.standing


@pytest.fixture
async def trial(pool: Pool) -> TwoModels:
    owner, (active, scorer) = await an_owner(pool), await a_loaded_model(pool)
    model, _ = await a_loaded_model(pool, "2")
    await promote(pool, "small@1")
    await note_good(pool, "small@1")
    batch = await a_batch(pool, owner)
    photos = await queue_photos(pool, owner, batch, [f"{number}.jpg" for number in range(BIRDS)])
    await record_answers(pool, [a_read_answer(batch, photo) for photo in photos], active, scorer)
    await close_batch(pool, owner, batch)
    await shadow.set_candidate(pool, "small@2", 10)
    found = await shadow.candidate(pool)
    assert found is not None
    await shadow.note_loaded(pool, found.set_at, model)
    return TwoModels(pool, owner, batch, photos, model)


async def test_a_candidate_that_is_better_is_swapped_in_and_back_again_by_one_command(
    trial: TwoModels,
) -> None:
    await trial.says(MALLARD)
    await trial.person_says(Word("Mallard"))
    await trial.sightings(frames=1)
    found = await trial.standing()
    assert (found.active.right, found.candidate.right, found.sightings) == (0, BIRDS, BIRDS)
    assert found.verdict is CandidateVerdict.BETTER
    await shadow.swap(trial.pool)
    assert await active_source(trial.pool) == "small@2"
    assert await shadow.candidate(trial.pool) is None, "it serves"
    await note_good(trial.pool, "small@2")
    await note_good(trial.pool, "small@2")  # a second worker
    assert await go_back(trial.pool) == "small@1" == await active_source(trial.pool)
    await note_good(trial.pool, "small@1")
    assert await go_back(trial.pool) == "small@2", "and forward again"


@pytest.mark.parametrize(
    ("says", "person", "frames", "verdict", "photos"),
    [
        (MALLARD, Word("Blue Jay"), 1, CandidateVerdict.WORSE, BIRDS),
        (JAY, Word("Blue Jay"), 1, CandidateVerdict.UNDECIDED, BIRDS),
        (NO_BIRD, Word("Not a bird"), 1, CandidateVerdict.BETTER, BIRDS),
        (MALLARD, Word("Mallard"), 6, CandidateVerdict.UNDECIDED, BIRDS),  # two birds
        (
            MALLARD,
            Word("Anatidae", "Anatidae", NameRank.FAMILY),
            1,
            CandidateVerdict.UNDECIDED,
            0,
        ),  # a word that says no species
        (MALLARD, None, 1, CandidateVerdict.UNDECIDED, 0),
    ],
)
async def test_what_people_say_decides(
    trial: TwoModels,
    says: ShadowAnswer,
    person: Word | None,
    frames: int,
    verdict: CandidateVerdict,
    photos: int,
) -> None:
    await trial.says(says)
    if person is not None:
        await trial.person_says(person)
    await trial.sightings(frames)
    found = await trial.standing()
    assert (found.verdict, found.active.of, found.candidate.of) == (verdict, photos, photos)
    if verdict is not CandidateVerdict.BETTER:
        with pytest.raises(BirdsError) as refused:
            await shadow.swap(trial.pool)
        assert refused.value.code is Code.NOT_BETTER
        assert await active_source(trial.pool) == "small@1"


async def test_photos_of_which_nobody_has_made_sightings_wait(trial: TwoModels) -> None:
    await trial.says(MALLARD)
    await trial.person_says(Word("Mallard"))
    assert (await trial.standing()).sightings == 0
    await trial.pool.execute("update batches set listed = false")  # those of single photos never get any
    assert (await trial.standing()).sightings == BIRDS


async def test_deleted_photos_take_the_candidates_answers_along(trial: TwoModels) -> None:
    await trial.says(MALLARD)
    assert await trial.pool.fetchval("select count(*) from shadow_answers") == BIRDS
    await delete_batch(trial.pool, trial.owner, trial.batch)
    assert await trial.pool.fetchval("select count(*) from shadow_answers") == 0
    await trial.says(MALLARD)
    assert await trial.pool.fetchval("select count(*) from shadow_answers") == 0, "nothing of what is gone"


async def test_a_candidate_is_another_model_and_begins_anew_when_it_is_set_again(trial: TwoModels) -> None:
    with pytest.raises(BirdsError) as refused:
        await shadow.set_candidate(trial.pool, "small@1", 10)
    assert refused.value.code is Code.ALREADY_ACTIVE
    before = await shadow.candidate(trial.pool)
    assert before is not None
    await shadow.note_given_up(trial.pool, before.set_at, "it broke")
    assert (await shadow.trial(trial.pool)).candidate.failure == "it broke"
    await shadow.set_candidate(trial.pool, "small@2", 3)
    again = await shadow.candidate(trial.pool)
    assert again is not None
    assert (again.every, again.failure, again.model) == (3, None, None)
    await shadow.note_loaded(trial.pool, before.set_at, trial.model)  # a worker that is behind
    assert (await shadow.candidate(trial.pool)) == again
    await shadow.end_candidate(trial.pool)
    with pytest.raises(BirdsError) as refused:
        await shadow.swap(trial.pool)
    assert refused.value.code is Code.NOT_FOUND


async def test_the_way_back_from_a_model_that_does_not_load_is_the_one_that_serves(pool: Pool) -> None:
    await promote(pool, "first@1")
    with pytest.raises(BirdsError) as refused:
        await go_back(pool)
    assert refused.value.code is Code.NOT_FOUND
    await note_good(pool, "first@1")
    await promote(pool, "broken@1")
    assert await go_back(pool) == "first@1"
    with pytest.raises(BirdsError):
        await go_back(pool)


async def test_the_active_model_keeps_its_reference_when_its_weights_are_a_candidate_by_another(
    trial: TwoModels,
) -> None:
    row = await trial.pool.fetchrow("select name, version, digest, bundle from models where version = '1'")
    found = await shadow.register_candidate(trial.pool, source="folder:/elsewhere", **dict(row))
    assert await trial.pool.fetchval("select source from models where id = $1", found) == "small@1"


async def test_candidates_and_their_answers_are_backed_up_and_a_backup_from_before_is_read(
    trial: TwoModels, stack: Stack, tmp_path: Path
) -> None:
    await trial.says(MALLARD)
    async with snapshot(trial.pool) as connection:
        await write_tables(connection, tmp_path)
    await trial.pool.execute("truncate owners, models, active_model, shadow, label_acts cascade")
    await read_tables(stack.postgres_url, tmp_path)
    assert await trial.pool.fetchval("select count(*) from shadow_answers") == BIRDS
    assert await shadow.candidate(trial.pool) is not None
    await trial.pool.execute("truncate owners, models, active_model, shadow, label_acts cascade")
    await trial.pool.execute("drop table shadow_answers, shadow")
    await read_tables(stack.postgres_url, tmp_path)
    assert await trial.pool.fetchval("select count(*) from readings") == BIRDS
