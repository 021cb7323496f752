"""The sightings of a batch that are to be checked, those first that tell a person most."""

from dataclasses import dataclass
from enum import StrEnum

from shared.ledger.database import Pool
from shared.ledger.life import life_list
from shared.ledger.photos import photos_by_id
from shared.ledger.sightings import SeenSighting, sightings_by_id
from shared.ledger.statements import statements
from shared.records import BatchId, OwnerId, Photo

_sql = statements("check")


class CheckBecause(StrEnum):
    """Why a sighting is looked at before others."""

    NEW = "new"  # the surest one of a species that nobody has named yet
    OUT_OF_RANGE = "out-of-range"  # not to be expected where and when it was taken
    UNSURE = "unsure"  # the least sure one of the others
    DRAWN = "drawn"  # with a photo that an audit has drawn


@dataclass(frozen=True, slots=True)
class ToCheck:
    sighting: SeenSighting
    why: CheckBecause
    best: Photo


@dataclass(frozen=True, slots=True)
class Queue:
    unchecked: int
    """All there are, not only those told."""
    items: list[ToCheck]


async def check_queue(pool: Pool, owner_id: OwnerId, batch_id: BatchId, limit: int) -> Queue:
    """The first `limit` sightings with a frame that nobody has had a word on."""
    known = [
        name for one in await life_list(pool, owner_id) for name in (one.name, one.scientific_name) if name
    ]
    rows = [row async for row in _sql.check_queue(pool, batch_id=batch_id, known=known, limit=limit)]
    seen = await sightings_by_id(pool, [row["id"] for row in rows])
    photos = {
        photo.id: photo for photo in await photos_by_id(pool, [one.best_photo_id for one in seen.values()])
    }
    items = [
        ToCheck(one, CheckBecause(row["why"]), photos[one.best_photo_id])
        for row in rows
        if (one := seen.get(row["id"])) and one.best_photo_id in photos  # else it was deleted a moment ago
    ]
    return Queue(rows[0]["unchecked"] if rows else 0, items)


async def count_sightings(pool: Pool, batch_id: BatchId) -> tuple[int, int]:
    """Sightings of a batch, and those with a frame that nobody has had a word on."""
    row = await _sql.count_sightings(pool, batch_id=batch_id)
    return row["sightings"], row["unchecked"]
