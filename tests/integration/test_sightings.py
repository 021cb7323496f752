"""Sightings follow from the answers of a batch."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from api.duties.sightings import Sightings
from shared.final_name import NamedBy, NameRank
from shared.ledger import sightings as ledger
from shared.ledger.answers import record_answers
from shared.ledger.batches import close_batch
from shared.ledger.database import Pool
from shared.ledger.intake import Accepted
from shared.ledger.keys import create_key, find_access
from shared.ledger.labels import Word, begin_label, label_selected
from shared.ledger.photos import results_after
from shared.ledger.retries import begin_retry
from shared.ledger.selection import Selection
from shared.ledger.sightings import how_they_stand, sightings_after, sightings_by_name, want_sightings
from shared.photo.taken import TakenTime, TimeSource
from shared.records import Answer, BatchId, OwnerId
from shared.scoring.reading import Reading, rounded
from shared.sightings.grouping import GAP_S
from tests.support.ledger import a_batch, an_owner, queue_photos
from tests.support.readings import a_loaded_model

NOON = datetime(2024, 5, 4, 12)
JAY, MALLARD, TREE = (0.95, 0.03, 0.02), (0.02, 0.96, 0.02), (0.01, 0.01, 0.98)
HALF = (0.5, 0.45, 0.05)


def seen(batch: BatchId, photo: Accepted, at_s: float, chances: tuple[float, ...], look: int = 0) -> Answer:
    """`look`: photos of one number are alike."""
    reading = Reading(rounded(np.log([chances])), np.eye(256, dtype=np.float16)[look])
    taken = TakenTime.by_clock(TimeSource.ORIGINAL, NOON + timedelta(seconds=at_s), None)
    return Answer(photo.photo_id, batch, reading, taken=taken, camera="A camera #1", gradient=look + 1)


async def a_trip(
    pool: Pool, *shots: tuple[float, tuple[float, ...], int]
) -> tuple[OwnerId, BatchId, list[Accepted]]:
    """A finished batch of these photos: seconds after noon, chances, look."""
    owner, (model, scorer) = await an_owner(pool), await a_loaded_model(pool)
    batch = await a_batch(pool, owner)
    photos = await queue_photos(pool, owner, batch, [f"IMG_{place:03d}.JPG" for place in range(len(shots))])
    answers = [seen(batch, photo, *shot) for photo, shot in zip(photos, shots, strict=True)]
    await record_answers(pool, answers, model, scorer)
    await close_batch(pool, owner, batch)
    return owner, batch, photos


async def told(pool: Pool, batch: BatchId) -> list[tuple[str, list[str]]]:
    """Name and frames of each sighting."""
    found = await sightings_after(pool, batch, -1, 100)
    return [(one.final.name, [frame.name for frame in one.frames]) for one in found]


async def test_a_finished_batch_has_its_sightings_made_once(pool: Pool) -> None:
    owner, batch, photos = await a_trip(
        pool, (0, JAY, 0), (20, HALF, 0), (30, MALLARD, 1), (300, TREE, 0), (310, JAY, 0)
    )
    assert (await how_they_stand(pool, owner, batch)).wanted
    await Sightings(pool).make_all()
    standing = await how_they_stand(pool, owner, batch)
    assert (standing.sightings, standing.wanted) == (3, False)
    assert await ledger.claim(pool) is None
    first, second, third = await sightings_after(pool, batch, -1, 100)
    assert (first.final.name, first.final.rank, first.final.by) == (
        "Blue Jay",
        NameRank.SPECIES,
        NamedBy.MODEL,
    )
    assert [frame.id for frame in first.frames] == [photo.photo_id for photo in photos[:2]]
    assert [frame.repeats for frame in first.frames] == [None, photos[0].photo_id]
    assert (first.id, first.best_photo_id, first.photos) == (photos[0].photo_id, photos[0].photo_id, 2)
    assert (second.final.name, third.final.name, third.best_photo_id) == (
        "Mallard",
        "Blue Jay",
        photos[4].photo_id,
    )
    results = await results_after(pool, batch, 0, 10)
    assert [one.sighting_id for one in results] == [first.id, first.id, second.id, third.id, third.id]
    names = {
        one.name: (one.sightings, one.photos, one.to_check) for one in await sightings_by_name(pool, batch)
    }
    assert names == {"Blue Jay": (2, 4, 1), "Mallard": (1, 1, 0)}  # a tree disagrees
    assert await sightings_after(pool, batch, second.position, 1) == [third]


async def test_another_gap_makes_other_sightings_and_leaves_none_of_the_old(pool: Pool) -> None:
    owner, batch, _ = await a_trip(pool, (0, JAY, 0), (20, JAY, 0), (200, JAY, 0))
    duty = Sightings(pool)
    await duty.make_all()
    assert [len(frames) for _, frames in await told(pool, batch)] == [2, 1]
    for gap, sizes in ((5.0, [1, 1, 1]), (600.0, [3]), (None, [2, 1])):
        assert (await want_sightings(pool, owner, batch, gap)).wanted
        await duty.make_all()
        assert [len(frames) for _, frames in await told(pool, batch)] == sizes
        assert (await how_they_stand(pool, owner, batch)).sightings == len(sizes)
    await want_sightings(pool, owner, batch, 5.0)
    await want_sightings(pool, owner, batch, None, keep_gap=True)
    await duty.make_all()
    assert len(await told(pool, batch)) == 3


async def test_a_persons_word_names_the_sighting(pool: Pool) -> None:
    _, batch, photos = await a_trip(pool, (0, JAY, 0), (20, JAY, 0), (200, MALLARD, 0))
    await Sightings(pool).make_all()
    said = "update photos set corrected_species = $1, label_rank = 'species' where id = $2"
    await pool.execute(said, "Steller's Jay", photos[1].photo_id)
    first, second = await sightings_after(pool, batch, -1, 10)
    assert (first.final.name, first.final.by, first.reviewed) == ("Steller's Jay", NamedBy.PERSON, 1)
    assert (second.final.by, second.reviewed) == (NamedBy.MODEL, 0)
    by_name = await sightings_by_name(pool, batch)
    assert sorted((one.name, one.sightings, one.reviewed) for one in by_name) == [
        ("Mallard", 1, 0),
        ("Steller's Jay", 1, 1),
    ]


async def test_what_is_answered_anew_is_grouped_anew(pool: Pool) -> None:
    owner, batch, photos = await a_trip(pool, (0, JAY, 0), (20, JAY, 0))
    duty = Sightings(pool)
    await duty.make_all()
    await pool.execute(
        "update photos set state = 'failed', error_code = 'missing-object' where id = $1", photos[1].photo_id
    )
    await pool.execute("update batches set done = 1, failed = 1 where id = $1", batch)
    await begin_retry(pool, owner, batch, 10)
    assert not (await how_they_stand(pool, owner, batch)).wanted  # it is not finished
    model, scorer = await a_loaded_model(pool)
    await record_answers(pool, [seen(batch, photos[1], 20, MALLARD, 3)], model, scorer)
    await duty.make_all()
    assert await told(pool, batch) == [("Blue Jay", ["IMG_000.JPG"]), ("Mallard", ["IMG_001.JPG"])]


async def test_who_is_overtaken_by_another_wish_writes_nothing_more(pool: Pool) -> None:
    owner, batch, _ = await a_trip(pool, (0, JAY, 0), (20, JAY, 0))
    duty = Sightings(pool)
    old = await ledger.claim(pool)
    assert old is not None
    await want_sightings(pool, owner, batch, 5.0)
    await duty.make_all()
    try:
        await duty.make(old)
    except ledger.SupersededError:
        pass
    assert len(await told(pool, batch)) == 2
    assert (await how_they_stand(pool, owner, batch)).sightings == 2


async def test_one_that_died_is_followed_by_another(pool: Pool) -> None:
    await a_trip(pool, (0, JAY, 0))
    assert await ledger.claim(pool) is not None
    assert await ledger.claim(pool) is None
    await pool.execute("update batches set sightings_claimed_at = now() - interval '1 hour'")
    assert await ledger.claim(pool) is not None


async def test_answers_without_readings_go_by_time_and_the_surest_frame(pool: Pool) -> None:
    owner, (model, _) = await an_owner(pool), await a_loaded_model(pool)
    batch = await a_batch(pool, owner)
    photos = await queue_photos(pool, owner, batch, ["1.jpg", "2.jpg"])
    answers = [
        replace(
            seen(batch, photo, at, JAY),
            reading=None,
            predictions=[{"species": name, "scientific_name": None, "probability": chance}],
            bird_probability=0.9,
        )
        for photo, at, name, chance in zip(photos, (0, 30), ("Ostrich", "Emu"), (0.5, 0.8), strict=True)
    ]
    await record_answers(pool, answers, model)
    await close_batch(pool, owner, batch)
    await Sightings(pool).make_all()
    assert await told(pool, batch) == [("Emu", ["1.jpg", "2.jpg"])]


async def test_a_label_on_a_sighting_labels_its_frames(pool: Pool) -> None:
    owner, batch, _ = await a_trip(pool, (0, JAY, 0), (20, JAY, 0), (200, MALLARD, 0))
    await Sightings(pool).make_all()
    first, _ = await sightings_after(pool, batch, -1, 10)
    access = await find_access(pool, (await create_key(pool, "alice")).secret)
    assert access is not None
    act = await begin_label(pool, owner, batch, access.key_id)
    word = Word("Steller's Jay", "Cyanocitta stelleri", NameRank.SPECIES)
    async for _ in label_selected(pool, owner, batch, act, word, Selection(sighting_id=first.id)):
        pass
    named, other = await sightings_after(pool, batch, -1, 10)
    assert (named.final.name, named.final.scientific_name) == ("Steller's Jay", "Cyanocitta stelleri")
    assert (named.reviewed, other.reviewed) == (2, 0)


async def test_a_batch_without_answers_has_no_sightings(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    await close_batch(pool, owner, batch)
    await Sightings(pool).make_all()
    assert await how_they_stand(pool, owner, batch) == ledger.SightingsStanding(0, GAP_S, wanted=False)
    assert await sightings_by_name(pool, batch) == []
