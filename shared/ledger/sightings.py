"""Sightings of a batch: asked for, made by whoever claims them, and read."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from shared.final_name import FinalName, NamedBy, NameRank, RolledName
from shared.ledger.batches import get_batch, lock_batch, no_such_batch
from shared.ledger.database import Connection, Pool, transaction
from shared.ledger.photos import photos_by_id
from shared.ledger.statements import statements
from shared.photo.box import Box
from shared.records import BatchId, ModelId, OwnerId, Photo, PhotoId
from shared.scoring.reading import Reading, unpacked
from shared.sightings.arranging import Arranged
from shared.sightings.grouping import GAP_S
from shared.sightings.telling import Sighting, ToldFrame

_sql = statements("sightings")
CLAIMED_S: Final = 120.0
"""Who has claimed a batch and not written a word for so long is gone; a million photos are grouped in one."""
FRAMES: Final = 100
"""ToldFrame of one sighting: a feeder's may have thousands."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A batch whose sightings are to be made by whoever got this."""

    batch_id: BatchId
    version: int
    gap_s: float


class SupersededError(Exception):
    """Another version of a batch's sightings is wanted by now, or the batch is gone."""


@dataclass(frozen=True, slots=True)
class SightingsStanding:
    """How the sightings of a batch stand."""

    sightings: int | None
    """None: they were never made."""
    gap_s: float
    wanted: bool
    """They are being made, the first time or anew."""


@dataclass(frozen=True, slots=True)
class SeenSighting:
    """A sighting as it is shown."""

    id: UUID
    position: int
    photos: int
    reviewed: int
    """Frames with a person's word."""
    best_photo_id: PhotoId
    bird_probability: float | None
    final: FinalName
    frames: list[Photo]
    """In the order of time, as many as were asked for."""


@dataclass(frozen=True, slots=True)
class NamedSightings:
    """All sightings of one name."""

    name: str
    scientific_name: str | None
    rank: NameRank
    sightings: int
    photos: int
    reviewed: int
    to_check: int


async def want_sightings(
    pool: Pool, owner_id: OwnerId, batch_id: BatchId, gap_s: float | None, *, keep_gap: bool = False
) -> SightingsStanding:
    """Have them made anew, by this gap; None: the default; `keep_gap`: by that of before. Raises
    `not-found`."""
    async with transaction(pool) as connection:
        await lock_batch(connection, owner_id, batch_id)
        row = await _sql.want_sightings(connection, batch_id=batch_id, gap_s=gap_s, keep_gap=keep_gap)
    return _standing(row)


async def renew_sightings(pool: Pool, batch_id: BatchId) -> None:
    """Have them made anew, where they were made before: answers are others by now."""
    await _sql.renew_sightings(pool, batch_id=batch_id)


async def how_they_stand(pool: Pool, owner_id: OwnerId, batch_id: BatchId) -> SightingsStanding:
    """Raises `not-found`."""
    await get_batch(pool, owner_id, batch_id)
    row = await _sql.how_they_stand(pool, batch_id=batch_id)
    if row is None:
        raise no_such_batch()
    return _standing(row)


async def claim(pool: Pool) -> Claim | None:
    """None where there is nothing to do, or others do it."""
    row = await _sql.claim(pool, stale_s=CLAIMED_S)
    return None if row is None else Claim(BatchId(row["id"]), row["version"], row["gap_s"] or GAP_S)


async def frames_after(pool: Pool, batch_id: BatchId, after: int, limit: int) -> list[Mapping[str, Any]]:
    """Rows for `Gathering.add`, in the order of `seq`, which the last one has."""
    return [row async for row in _sql.frames_after(pool, batch_id=batch_id, after=after, limit=limit)]


async def told_of(
    pool: Pool, photo_ids: Sequence[UUID], embeddings: Mapping[UUID, Any], classes: Mapping[ModelId, int]
) -> dict[UUID, ToldFrame]:
    """Of those that are answered; `classes`: of each model whose readings can be read."""
    found: dict[UUID, ToldFrame] = {}
    async for row in _sql.told_of(pool, photo_ids=list(photo_ids)):
        width = classes.get(row["model_id"])
        found[row["id"]] = ToldFrame(
            row["id"],
            row["model_id"],
            _rolled(row),
            row["probability"],
            row["bird_probability"],
            None if width is None or row["logits"] is None else _reading(row, width),
            embeddings[row["id"]],
        )
    return found


async def models_of(pool: Pool, photo_ids: Sequence[UUID]) -> list[ModelId]:
    return [ModelId(row["model_id"]) async for row in _sql.models_of(pool, photo_ids=list(photo_ids))]


async def keep_sightings(
    pool: Pool,
    claimed: Claim,
    ids: Sequence[UUID],
    some: Sequence[tuple[Arranged, Sighting]],
) -> None:
    """These, and where their photos belong; `ids` are of all photos that were grouped. Raises LedgerAway,
    SupersededError."""
    rows = [
        {
            "id": str(ids[one.places[0]]),
            "position": one.position,
            "photos": len(one.places),
            "disagreeing": told.disagreeing,
            "best_photo_id": str(told.best),
            "bird_probability": told.bird,
            "rolled_name": told.name.name,
            "rolled_scientific_name": told.name.scientific_name,
            "rolled_rank": told.name.rank,
            "rolled_probability": told.name.probability,
        }
        for one, told in some
    ]
    frames = [
        (ids[place], ids[one.places[0]], frame, None if again == place else ids[again])
        for one, _ in some
        for frame, (place, again) in enumerate(zip(one.places.tolist(), one.repeated.tolist(), strict=True))
    ]
    photo_ids, sighting_ids, numbers, repeated = zip(*frames, strict=True)
    async with transaction(pool) as connection:
        await _claim_on(connection, claimed)
        await _sql.keep_sightings(
            connection, batch_id=claimed.batch_id, version=claimed.version, sightings=rows
        )
        await _sql.place_frames(
            connection, photo_ids=photo_ids, sighting_ids=sighting_ids, frames=numbers, repeated=repeated
        )


async def end_sightings(pool: Pool, claimed: Claim) -> None:
    """All of this version are kept: those of before go. Raises LedgerAway, SupersededError."""
    async with transaction(pool) as connection:
        await _claim_on(connection, claimed)
        await _sql.end_sightings(connection, batch_id=claimed.batch_id, version=claimed.version)


async def sightings_after(
    pool: Connection | Pool, batch_id: BatchId, after: int, limit: int, frames_each: int = FRAMES
) -> list[SeenSighting]:
    """Those with a greater position, in the order of time."""
    rows = _sql.sightings_after(pool, batch_id=batch_id, after=after, limit=limit)
    return await _with_frames(pool, [row async for row in rows], frames_each)


async def sightings_in_parts(
    of: Connection | Pool, batch_id: BatchId, most: int
) -> AsyncIterator[list[SeenSighting]]:
    """With all their frames, in the order of time, and no more than `most` frames at once: one that has more
    comes in parts, one behind the other."""
    after = -1
    while heads := await sightings_after(of, batch_id, after, most, 0):
        for some in _portions(heads, most):
            for since in range(0, max(one.photos for one in some), most):
                frames = await _frames_of(of, [one.id for one in some], since, since + most)
                yield [replace(one, frames=frames.get(one.id, [])) for one in some]
        after = heads[-1].position


def _portions(heads: Sequence[SeenSighting], most: int) -> Iterator[list[SeenSighting]]:
    """Those with no more than `most` frames together, or one alone."""
    some: list[SeenSighting] = []
    for one in heads:
        if some and sum(other.photos for other in some) + one.photos > most:
            yield some
            some = []
        some.append(one)
    yield some


async def sightings_by_id(pool: Pool, ids: Sequence[UUID]) -> dict[UUID, SeenSighting]:
    """Those that there are still."""
    rows = [row async for row in _sql.sightings_by_id(pool, ids=list(ids))]
    return {one.id: one for one in await _with_frames(pool, rows, FRAMES)}


async def _with_frames(pool: Connection | Pool, rows: Sequence[Any], frames_each: int) -> list[SeenSighting]:
    frames = await _frames_of(pool, [row["id"] for row in rows], 0, frames_each)
    return [_seen(row, frames.get(row["id"], [])) for row in rows]


async def _frames_of(
    pool: Connection | Pool, sighting_ids: Sequence[UUID], since: int, until: int
) -> dict[UUID, list[Photo]]:
    places = [
        (row["sighting_id"], PhotoId(row["id"]))
        async for row in _sql.frames_of(pool, sighting_ids=list(sighting_ids), since=since, until=until)
    ]
    photos = {photo.id: photo for photo in await photos_by_id(pool, [photo_id for _, photo_id in places])}
    frames: dict[UUID, list[Photo]] = defaultdict(list)
    for sighting_id, photo_id in places:
        if photo_id in photos:  # else it was deleted a moment ago
            frames[sighting_id].append(photos[photo_id])
    return frames


async def sightings_by_name(pool: Pool, batch_id: BatchId) -> list[NamedSightings]:
    """Most sightings first."""
    rows = _sql.sightings_by_name(pool, batch_id=batch_id)
    return [NamedSightings(**{**row, "rank": NameRank(row["rank"])}) async for row in rows]


async def _claim_on(connection: Connection, claimed: Claim) -> None:
    if await _sql.claim_on(connection, batch_id=claimed.batch_id, version=claimed.version) is None:
        raise SupersededError


def _standing(row: Any) -> SightingsStanding:
    return SightingsStanding(row["sightings"], row["sightings_gap_s"] or GAP_S, row["wanted"])


def _rolled(row: Any) -> RolledName:
    return RolledName(row["name"], row["scientific_name"], NameRank(row["rank"]), row["rolled_probability"])


def _reading(row: Any, classes: int) -> Reading:
    return Reading(unpacked(row["logits"], classes), box=None if row["box"] is None else Box(**row["box"]))


def _seen(row: Any, frames: list[Photo]) -> SeenSighting:
    return SeenSighting(
        id=row["id"],
        position=row["position"],
        photos=row["photos"],
        reviewed=row["reviewed"],
        best_photo_id=PhotoId(row["best_photo_id"]),
        bird_probability=row["bird_probability"],
        final=_final(row),
        frames=frames,
    )


def _final(row: Any) -> FinalName:
    if row["said_name"] is not None:
        rank = NameRank(row["said_rank"])
        return FinalName(row["said_name"], row["said_scientific_name"], rank, NamedBy.PERSON, None)
    probability = row["rolled_probability"]
    return FinalName(
        row["rolled_name"],
        row["rolled_scientific_name"],
        NameRank(row["rolled_rank"]),
        NamedBy.MODEL,
        None if probability is None else round(probability, 6),
    )
