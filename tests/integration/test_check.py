"""What a person is to check of a batch, in the order in which it tells most."""

from datetime import datetime, timedelta

import numpy as np

from api.duties.sightings import Sightings
from shared.final_name import NameRank
from shared.ledger.answers import record_answers
from shared.ledger.audits import Order, draw_audit
from shared.ledger.batches import close_batch
from shared.ledger.check import CheckBecause, check_queue, count_sightings
from shared.ledger.database import Pool
from shared.ledger.labels import Word
from shared.photo.taken import TakenTime, TimeSource
from shared.records import Answer, BatchId, OwnerId, PhotoId
from shared.scoring.reading import Reading, rounded
from tests.support.ledger import a_batch, an_owner, label, queue_photos
from tests.support.readings import a_loaded_model

NOON = datetime(2024, 5, 4, 12)
JAY, LIKELY_JAY, MALLARD, EITHER = (
    (0.95, 0.03, 0.02),
    (0.75, 0.23, 0.02),
    (0.02, 0.96, 0.02),
    (0.5, 0.45, 0.05),
)


async def a_trip(
    pool: Pool, *seen: tuple[float, tuple[float, float, float]]
) -> tuple[OwnerId, BatchId, list[PhotoId]]:
    """A finished batch with its sightings: seconds after noon, probabilities of a jay, a mallard, a tree."""
    owner, (model, scorer) = await an_owner(pool), await a_loaded_model(pool)
    batch = await a_batch(pool, owner)
    photos = await queue_photos(pool, owner, batch, [f"IMG_{place:03d}.JPG" for place in range(len(seen))])
    look = np.eye(256, dtype=np.float16)[0]
    answers = [
        Answer(
            photo.photo_id,
            batch,
            Reading(rounded(np.log([chances])), look),
            taken=TakenTime.by_clock(TimeSource.ORIGINAL, NOON + timedelta(seconds=at_s), None),
            camera="A camera #1",
        )
        for photo, (at_s, chances) in zip(photos, seen, strict=True)
    ]
    await record_answers(pool, answers, model, scorer)
    await close_batch(pool, owner, batch)
    await Sightings(pool).make_all()
    return owner, batch, [photo.photo_id for photo in photos]


async def test_what_nobody_has_named_comes_first_then_what_is_least_sure(pool: Pool) -> None:
    owner, batch, photos = await a_trip(
        pool, (0, LIKELY_JAY), (300, JAY), (305, JAY), (600, MALLARD), (900, EITHER), (1200, MALLARD)
    )
    assert await count_sightings(pool, batch) == (5, 5)
    queue = await check_queue(pool, owner, batch, 10)
    told = [(one.why, one.best.name, one.sighting.photos) for one in queue.items]
    assert (queue.unchecked, told) == (
        5,
        [
            (CheckBecause.NEW, "IMG_003.JPG", 1),
            (CheckBecause.NEW, "IMG_001.JPG", 2),
            (CheckBecause.UNSURE, "IMG_004.JPG", 1),
            (CheckBecause.UNSURE, "IMG_000.JPG", 1),
            (CheckBecause.UNSURE, "IMG_005.JPG", 1),
        ],
    )
    await label(pool, owner, batch, photos[1:2], Word("Blue Jay", "Cyanocitta cristata", NameRank.SPECIES))
    queue = await check_queue(pool, owner, batch, 1)
    assert [(one.why, one.best.name) for one in queue.items] == [(CheckBecause.NEW, "IMG_003.JPG")]
    assert queue.unchecked == 5  # one frame of the jay's two is left
    await label(pool, owner, batch, photos[1:4], Word("Not a bird", None, NameRank.NOT_A_BIRD))
    assert await count_sightings(pool, batch) == (5, 3)
    await label(pool, owner, batch, photos, Word("Not a bird", None, NameRank.NOT_A_BIRD))
    assert (await check_queue(pool, owner, batch, 10)).unchecked == 0


async def test_what_an_audit_has_drawn_comes_last_until_it_is_checked(pool: Pool) -> None:
    owner, batch, photos = await a_trip(pool, (0, JAY), (300, LIKELY_JAY), (600, EITHER), (900, JAY))
    jay = Word("Blue Jay", "Cyanocitta cristata", NameRank.SPECIES)
    await label(pool, owner, batch, photos[3:], jay)  # so that none of the others is new
    await draw_audit(pool, owner, batch, Order(threshold=0.7, target=0.9, margin=0.1, checks=4))

    async def queue() -> list[tuple[CheckBecause, str]]:
        return [(one.why, one.best.name) for one in (await check_queue(pool, owner, batch, 10)).items]

    unsure, drawn = CheckBecause.UNSURE, CheckBecause.DRAWN
    assert await queue() == [(unsure, "IMG_002.JPG"), (drawn, "IMG_001.JPG"), (drawn, "IMG_000.JPG")]
    await label(pool, owner, batch, photos[1:2], jay)
    assert await queue() == [(unsure, "IMG_002.JPG"), (drawn, "IMG_000.JPG")]
