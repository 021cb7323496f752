"""Whatever people, workers, retries, cancels and re-scoring do, the ledger and its feed add up."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from shared.errors import BirdsError, Code
from shared.final_name import NamedBy, NameRank
from shared.ledger import labels
from shared.ledger.answers import record_answers
from shared.ledger.batches import get_batch
from shared.ledger.cancellations import begin_cancel, cancel_portion
from shared.ledger.database import Pool
from shared.ledger.feed import events_after
from shared.ledger.keys import create_key
from shared.ledger.labels import LabelEvent, Word
from shared.ledger.photos import get_photo
from shared.ledger.rescoring import rescore_batch
from shared.ledger.selection import Selection
from shared.ledger.upkeep import miscounted_batches
from shared.records import Answer, BatchId, Counts, KeyId, ModelId, OwnerId, Photo, PhotoId
from shared.scoring.scorer import Scorer
from tests.support.ledger import a_batch, an_owner, label, queue_photos, retry
from tests.support.readings import a_loaded_model, a_reading

PHOTOS = 40
LOOKS = [(0.9, 0.05, 0.05), (0.5, 0.4, 0.1), (0.05, 0.05, 0.9)]
# Seqs that photos had once: of answers that were taken back, or told anew.
TAKEN_BACK = """
create table taken_back (seq bigint);
create function take_back() returns trigger language plpgsql as $$
    begin insert into taken_back values (old.seq); return new; end
$$;
create trigger taken_back after update of seq on photos for each row
    when (old.seq is not null and new.seq is distinct from old.seq) execute function take_back();
"""
STEPS = 25  # of each of those who do something
WORDS = [
    Word("Grey Heron", "Ardea cinerea", NameRank.SPECIES),
    Word("Ardea", "Ardea", NameRank.GENUS),
    Word("Not a bird", None, NameRank.NOT_A_BIRD),
    Word(),
    Word(accept=True),
]


@dataclass
class World:
    """One batch, those who change it, and a reader of its feed."""

    pool: Pool
    owner: OwnerId
    batch: BatchId
    model: ModelId
    scorer: Scorer
    photos: list[PhotoId]
    people: list[KeyId]
    dice: random.Random
    seen: list[Photo | LabelEvent] = field(default_factory=list)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self) -> None:
        """Some photos, of which some fail in a way that passes; some a second time, which changes nothing."""
        some = self.dice.sample(self.photos, 6)
        answers = [
            Answer(photo, self.batch, error_code=Code.WORKER_CRASHED, error_detail="x")
            if self.dice.random() < 0.3
            else Answer(photo, self.batch, reading=a_reading(self.dice.choice(LOOKS)))
            for photo in some
        ]
        await record_answers(self.pool, answers, self.model, self.scorer)

    async def retry(self) -> None:
        await retry(self.pool, self.owner, self.batch)

    async def cancel(self) -> None:
        """Now and then, and not always to its end: a retry takes the batch up again."""
        if self.dice.random() < 0.2:
            more = await begin_cancel(self.pool, self.owner, self.batch, self.dice.randint(1, 9))
            while more and self.dice.random() < 0.7:
                more = await cancel_portion(self.pool, self.batch, 4)

    async def rescore(self) -> None:
        async def scorer_of(_: ModelId) -> Scorer:
            return self.scorer

        changes = {"threshold": self.dice.choice([0.3, 0.6, None])}
        await rescore_batch(self.pool, self.owner, self.batch, changes, scorer_of)

    async def say_of_some(self) -> None:
        some = self.dice.sample(self.photos, self.dice.randint(1, 9))
        word, person = self.dice.choice(WORDS), self.dice.choice(self.people)
        await label(self.pool, self.owner, self.batch, some, word, person)

    async def say_of_many(self) -> None:
        selection = Selection(
            reviewed=self.dice.choice([None, False, True]),
            min_probability=self.dice.choice([None, 0.5]),
            name=self.dice.choice([None, "Blue Jay", "Ardea"]),
        )
        act = await labels.begin_label(self.pool, self.owner, self.batch, self.dice.choice(self.people))
        word = self.dice.choice(WORDS)
        portions = labels.label_selected(self.pool, self.owner, self.batch, act, word, selection)
        async with aclosing(portions):
            async for _ in portions:
                if self.dice.random() < 0.2:  # breaks off
                    return

    async def undo(self) -> None:
        acts = [event.act_id for event in self.seen if isinstance(event, LabelEvent)]
        which: UUID | None = self.dice.choice(acts) if acts and self.dice.random() < 0.5 else None
        try:
            act = await labels.begin_undo(
                self.pool, self.owner, self.batch, self.dice.choice(self.people), which
            )
        except BirdsError as error:
            if error.code is not Code.NOT_FOUND:  # there was nothing to undo
                raise
            return
        async for _ in labels.undo_labels(self.pool, self.owner, self.batch, act):
            pass

    async def read(self) -> None:
        """As a websocket does, in small pages; until nothing changes any more and all is read."""
        while True:
            over = self.done.is_set()
            batch = await get_batch(self.pool, self.owner, self.batch)
            after = self.seen[-1].seq or 0 if self.seen else 0
            events = await events_after(self.pool, batch, after, self.dice.randint(1, 7))
            self.seen.extend(events)
            if over and not events:
                return


async def several(step: Callable[[], Awaitable[None]]) -> None:
    for _ in range(STEPS):
        await step()


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_any_interleaving_adds_up(pool: Pool, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(labels, "LABELLED_AT_ONCE", 5)
    owner, (model, scorer) = await an_owner(pool), await a_loaded_model(pool)
    await pool.execute(TAKEN_BACK)
    batch = await a_batch(pool, owner)
    queued = await queue_photos(pool, owner, batch, [f"{n}.jpg" for n in range(PHOTOS)])
    people = [(await create_key(pool, "alice", person=person)).id for person in ("Ann", "Bob")]
    ids = [one.photo_id for one in queued]
    world = World(pool, owner, batch, model, scorer, ids, people, random.Random(seed))
    reading = asyncio.create_task(world.read())
    doing = (
        world.answer,
        world.retry,
        world.cancel,
        world.rescore,
        world.say_of_some,
        world.say_of_many,
        world.undo,
    )
    async with asyncio.timeout(60):
        await asyncio.gather(*(several(step) for step in doing))
        world.done.set()
        await reading
    photos = [photo for one in world.photos if (photo := await get_photo(pool, owner, one))]
    await check_feed(world, photos)
    await check_counts(world, photos)
    for photo in photos:
        await check_final_name(world, photo)


async def check_feed(world: World, photos: list[Photo]) -> None:
    """Every seq once and in order; only an answer that was taken back is in nobody's feed any more."""
    seqs = [event.seq or 0 for event in world.seen]
    assert seqs == sorted(set(seqs))
    batch = await get_batch(world.pool, world.owner, world.batch)
    said = {event.seq for event in world.seen if isinstance(event, LabelEvent)}
    kept = await world.pool.fetch("select seq from labels where batch_id = $1", world.batch)
    assert said == {row["seq"] for row in kept}
    assert {photo.seq for photo in photos if photo.seq} <= set(seqs)
    answered = {photo.seq for photo in photos if photo.seq}
    taken_back = [row["seq"] for row in await world.pool.fetch("select seq from taken_back")]
    assert sorted([*answered, *said, *taken_back]) == list(range(1, batch.feed_seq + 1))
    assert max(seqs) == batch.feed_seq


async def check_counts(world: World, photos: list[Photo]) -> None:
    states = Counter(str(photo.state) for photo in photos)
    counts = (await get_batch(world.pool, world.owner, world.batch)).counts
    assert counts == Counts(PHOTOS, states["queued"], states["done"], states["failed"])
    assert await miscounted_batches(world.pool) == []


async def check_final_name(world: World, photo: Photo) -> None:
    """One, by whoever spoke last; with who said it."""
    history = await labels.labels_of_photo(world.pool, photo.id)
    word = history[-1].name if history else None
    assert photo.corrected_species == word
    assert (photo.label_by is not None) == (photo.corrected_at is not None) == (word is not None)
    if word is not None:
        assert photo.final is not None
        assert (photo.final.name, photo.final.by) == (word, NamedBy.PERSON)
    elif photo.final is not None:
        assert photo.final.by is NamedBy.MODEL
    broken = await world.pool.fetchval(
        "select count(*) from (select replaces, lag(seq) over (order by seq) as before from labels"
        " where photo_id = $1) as chain where replaces is distinct from before",
        photo.id,
    )
    assert broken == 0
