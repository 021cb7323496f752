"""What people say of photos is kept, is part of the feed, and can be taken back."""

from collections.abc import AsyncGenerator
from uuid import UUID

import pytest

from shared.errors import BirdsError, Code
from shared.final_name import NameRank
from shared.ledger import labels
from shared.ledger.answers import record_answers
from shared.ledger.batches import get_batch
from shared.ledger.database import Pool
from shared.ledger.feed import Event, events_after
from shared.ledger.keys import create_key
from shared.ledger.labels import Act, LabelEvent, Word, labels_of_photo
from shared.ledger.photos import get_photo
from shared.ledger.selection import Selection, list_photos
from shared.records import Answer, BatchId, KeyId, OwnerId, Photo, PhotoId, PhotoState
from tests.support.ledger import a_batch, a_model, an_answer, an_owner, label, queue_photos

HERON = Word("Grey Heron", "Ardea cinerea", NameRank.SPECIES)
EGRET = Word("Little Egret", "Egretta garzetta", NameRank.SPECIES)
ACCEPT = Word(accept=True)


class Ledger:
    """One batch of one owner, and people who look at it."""

    def __init__(self, pool: Pool, owner: OwnerId, batch: BatchId, photos: list[PhotoId]) -> None:
        self.pool, self.owner, self.batch, self.photos = pool, owner, batch, photos

    async def key(self, person: str) -> KeyId:
        return (await create_key(self.pool, "alice", person=person)).id

    async def label(self, photos: list[PhotoId], word: Word, key: KeyId | None = None) -> Act:
        return await label(self.pool, self.owner, self.batch, photos, word, key)

    async def select(self, selection: Selection, word: Word, act_id: UUID | None = None) -> Act:
        act = await labels.begin_label(
            self.pool, self.owner, self.batch, await self.key("Ann"), act_id=act_id
        )
        return await last(act, labels.label_selected(self.pool, self.owner, self.batch, act, word, selection))

    async def undo(self, key: KeyId, act_id: UUID | None = None) -> Act:
        act = await labels.begin_undo(self.pool, self.owner, self.batch, key, act_id)
        return await last(act, labels.undo_labels(self.pool, self.owner, self.batch, act))

    async def photo(self, place: int) -> Photo:
        photo = await get_photo(self.pool, self.owner, self.photos[place])
        assert photo is not None
        return photo

    async def words(self) -> list[str | None]:
        return [(await self.photo(place)).corrected_species for place in range(len(self.photos))]

    async def feed(self) -> list[Event]:
        return await events_after(self.pool, await get_batch(self.pool, self.owner, self.batch), 0, 1000)

    async def like(self, **asked: object) -> list[str]:
        found = await list_photos(self.pool, self.batch, Selection(**asked), 0, 100)  # type: ignore[arg-type]
        return [photo.name for photo in found]


async def last(act: Act, portions: AsyncGenerator[Act]) -> Act:
    return [act, *[portion async for portion in portions]][-1]


@pytest.fixture
async def ledger(pool: Pool) -> Ledger:
    """Four photos: a heron of 0.9, one of 0.4, no bird, a broken one."""
    owner, model = await an_owner(pool), await a_model(pool)
    batch = await a_batch(pool, owner)
    photos = await queue_photos(pool, owner, batch, ["sure.jpg", "unsure.jpg", "none.jpg", "broken.jpg"])
    ids = [photo.photo_id for photo in photos]

    def heron(place: int, probability: float, bird: float) -> Answer:
        prediction = {"species": "Grey Heron", "scientific_name": "Ardea cinerea", "probability": probability}
        flags = {"in_range": {"Grey Heron": place != 1}, "accepted": [], "reorder": False}
        return Answer(ids[place], batch, predictions=[prediction], bird_probability=bird, range=flags)

    answers = [heron(0, 0.9, 0.99), heron(1, 0.4, 0.7), heron(2, 0.3, 0.01)]
    answers.append(Answer(ids[3], batch, error_code="corrupt-image", error_detail="x"))
    await record_answers(pool, answers, model)
    return Ledger(pool, owner, batch, ids)


async def test_a_label_says_who_when_and_what_was_shown(ledger: Ledger) -> None:
    act = await ledger.label(ledger.photos[:1], EGRET, await ledger.key("Ann"))
    [event] = await labels_of_photo(ledger.pool, ledger.photos[0])
    assert (event.name, event.scientific_name, event.rank) == ("Little Egret", "Egretta garzetta", "species")
    assert (event.by, event.act_id, event.seq) == ("Ann", act.id, 5)
    assert (event.shown_name, event.shown_probability, event.shown_model) == ("Grey Heron", 0.9, "test@1")
    photo = await ledger.photo(0)
    assert (photo.corrected_species, photo.label_by, photo.corrected_at) == ("Little Egret", "Ann", event.at)
    assert photo.final == event.final


async def test_labels_stand_in_the_feed_among_answers(ledger: Ledger) -> None:
    await ledger.label(ledger.photos[1::-1], EGRET)
    seqs = [(event.seq, isinstance(event, LabelEvent)) for event in await ledger.feed()]
    assert seqs == [(1, False), (2, False), (3, False), (4, False), (5, True), (6, True)]
    assert [event.photo_id for event in (await ledger.feed())[4:] if isinstance(event, LabelEvent)] == [
        ledger.photos[1],
        ledger.photos[0],
    ]
    batch = await get_batch(ledger.pool, ledger.owner, ledger.batch)
    assert (batch.last_seq, batch.feed_seq) == (4, 6)
    await ledger.label(ledger.photos[:1], Word())
    await ledger.label(ledger.photos[:1], Word())  # nothing stands that could be taken back
    batch = await get_batch(ledger.pool, ledger.owner, ledger.batch)
    assert (batch.last_seq, batch.feed_seq) == (4, 7)


async def test_nothing_is_told_that_came_after_the_batch_was_read(ledger: Ledger) -> None:
    """Of two statements that read the feed one may see what the other does not."""
    before = await get_batch(ledger.pool, ledger.owner, ledger.batch)
    await ledger.label(ledger.photos[:1], EGRET)
    [late] = await queue_photos(ledger.pool, ledger.owner, ledger.batch, ["late.jpg"])
    await record_answers(ledger.pool, [an_answer(ledger.batch, late)], await a_model(ledger.pool))
    assert [event.seq for event in await events_after(ledger.pool, before, 0, 10)] == [1, 2, 3, 4]
    assert [event.seq for event in await ledger.feed()] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["sure.jpg", "unsure.jpg", "none.jpg", "broken.jpg"]),
        ({"name": "Grey Heron"}, ["sure.jpg"]),
        ({"name": "Little Egret"}, ["unsure.jpg"]),
        ({"rank": NameRank.NOT_A_BIRD}, ["none.jpg"]),
        ({"state": PhotoState.FAILED}, ["broken.jpg"]),
        ({"state": PhotoState.DONE, "reviewed": False}, ["sure.jpg", "none.jpg"]),
        ({"reviewed": True}, ["unsure.jpg"]),
        ({"reviewed": False}, ["sure.jpg", "none.jpg", "broken.jpg"]),
        ({"reviewed": False, "rank": NameRank.SPECIES}, ["sure.jpg"]),
        ({"min_probability": 0.5}, ["sure.jpg"]),
        ({"max_probability": 0.5}, ["unsure.jpg"]),
        ({"in_range": True}, ["sure.jpg", "none.jpg"]),
        ({"in_range": False, "reviewed": True}, ["unsure.jpg"]),
    ],
)
async def test_photos_are_found_by_what_is_known_of_them(
    ledger: Ledger, asked: dict[str, object], names: list[str]
) -> None:
    await ledger.label(ledger.photos[1:2], EGRET)
    assert await ledger.like(**asked) == names


async def test_accepting_makes_the_models_name_a_persons_word(ledger: Ledger) -> None:
    await ledger.label(ledger.photos[1:2], EGRET)
    act = await ledger.select(Selection(), ACCEPT)
    assert (act.labelled, act.left_alone) == (
        2,
        2,
    )  # what was labelled is said already, the broken has no name
    assert await ledger.words() == ["Grey Heron", "Little Egret", "Not a bird", None]


async def test_many_photos_come_in_portions_and_an_act_goes_on_where_it_was(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labels, "LABELLED_AT_ONCE", 3)
    act = await labels.begin_label(ledger.pool, ledger.owner, ledger.batch, await ledger.key("Ann"))
    portions = labels.label_selected(ledger.pool, ledger.owner, ledger.batch, act, EGRET, Selection())
    first = await anext(portions)
    await portions.aclose()
    assert (first.labelled, first.complete) == (3, False)
    whole = await last(
        first, labels.label_selected(ledger.pool, ledger.owner, ledger.batch, first, EGRET, Selection())
    )
    assert (whole.labelled, whole.complete) == (4, True)
    assert await ledger.words() == ["Little Egret"] * 4
    assert [event.seq for event in await ledger.feed()] == list(range(1, 9))
    again = await last(
        whole, labels.label_selected(ledger.pool, ledger.owner, ledger.batch, whole, EGRET, Selection())
    )
    assert again == whole


async def test_undoing_brings_back_what_stood_before_and_spares_what_came_later(ledger: Ledger) -> None:
    ann, bob = await ledger.key("Ann"), await ledger.key("Bob")
    await ledger.label(ledger.photos[:1], HERON, bob)
    many = await ledger.label(ledger.photos, EGRET, ann)
    await ledger.label(ledger.photos[3:], HERON, bob)
    undone = await ledger.undo(ann)
    assert (undone.undoes, undone.labelled, undone.left_alone) == (many.id, 3, 1)
    assert await ledger.words() == ["Grey Heron", None, None, "Grey Heron"]
    assert [(await ledger.photo(place)).label_by for place in (0, 1)] == ["Bob", None]
    told = await labels_of_photo(ledger.pool, ledger.photos[0])
    assert [(one.name, one.by, one.undoes) for one in told] == [
        ("Grey Heron", "Bob", None),
        ("Little Egret", "Ann", None),
        ("Grey Heron", "Ann", many.id),
    ]
    with pytest.raises(BirdsError) as nothing:
        await ledger.undo(ann)
    assert nothing.value.code is Code.NOT_FOUND


async def test_an_undo_can_be_undone(ledger: Ledger) -> None:
    ann = await ledger.key("Ann")
    await ledger.label(ledger.photos[:1], HERON, ann)
    await ledger.label(ledger.photos[:2], EGRET, ann)
    undone = await ledger.undo(ann)
    assert await ledger.words() == ["Grey Heron", None, None, None]
    await ledger.undo(ann, undone.id)
    assert await ledger.words() == ["Little Egret", "Little Egret", None, None]


async def test_acts_are_their_batchs_and_their_keys(pool: Pool, ledger: Ledger) -> None:
    ann = await ledger.key("Ann")
    act = await ledger.label(ledger.photos[:1], HERON, ann)
    other = await a_batch(pool, ledger.owner)
    for batch, key in ((other, ann), (ledger.batch, await ledger.key("Bob"))):
        with pytest.raises(BirdsError):
            await labels.begin_label(pool, ledger.owner, batch, key, act_id=act.id)
    with pytest.raises(BirdsError):
        await labels.begin_undo(pool, ledger.owner, other, ann, act.id)
    stranger = await an_owner(pool, "bob")
    with pytest.raises(BirdsError):
        await labels.begin_label(pool, stranger, ledger.batch, ann)
    moved = await label(pool, ledger.owner, other, ledger.photos, EGRET)
    assert (moved.labelled, moved.left_alone) == (0, 4)
