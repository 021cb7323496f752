"""Reads photos back: one at a time, or as the feed of a batch."""

from typing import Any

from shared.final_name import FinalName, NamedBy, NameRank
from shared.ledger.database import Pool
from shared.ledger.statements import statements
from shared.photo.box import Box
from shared.place.site import Site
from shared.records import BatchId, Blob, BlobId, OwnerId, Photo, PhotoId, PhotoState

_sql = statements("photos")
_SAME_NAME = (
    "name",
    "seq",
    "bird_probability",
    "width",
    "height",
    "taken_at",
    "taken_local",
    "taken_offset_minutes",
    "taken_from",
    "latitude",
    "longitude",
    "model",
    "error_code",
    "error_detail",
    "finished_at",
    "corrected_species",
    "companions",
    "gps_at",
    "camera",
    "range",
)


async def results_after(pool: Pool, batch_id: BatchId, after: int, limit: int) -> list[Photo]:
    """The next `limit` answers of a batch with seq > `after`, in seq order."""
    return [
        _photo(row) async for row in _sql.results_after(pool, batch_id=batch_id, after=after, limit=limit)
    ]


async def get_photo(pool: Pool, owner_id: OwnerId, photo_id: PhotoId) -> Photo | None:
    """One photo, or None if this owner has no such photo."""
    row = await _sql.get_photo(pool, photo_id=photo_id, owner_id=owner_id)
    return None if row is None else _photo(row)


async def correct_photo(pool: Pool, owner_id: OwnerId, photo_id: PhotoId, species: str | None) -> bool:
    """Keep a person's word on the species, or forget it; False if this owner has no such photo."""
    return (await _sql.correct_photo(pool, photo_id=photo_id, owner_id=owner_id, species=species)) is not None


def _photo(row: Any) -> Photo:
    blob = Blob(BlobId(row["blob_id"]), row["sha256"], row["size"], row["stored_at"] is not None)
    return Photo(
        id=PhotoId(row["id"]),
        batch_id=BatchId(row["batch_id"]),
        blob=blob,
        state=PhotoState(row["state"]),
        predictions=row["predictions"] or [],
        final=_final(row),
        box=None if row["box"] is None else Box(**row["box"]),
        sites=[Site(**site) for site in row["sites"] or ()],
        **{name: row[name] for name in _SAME_NAME},
    )


def _final(row: Any) -> FinalName | None:
    if row["final_name"] is None:
        return None
    by_person = row["corrected_species"] is not None
    return FinalName(
        row["final_name"],
        row["final_scientific_name"],
        NameRank(row["final_rank"]),
        NamedBy.PERSON if by_person else NamedBy.MODEL,
        None if by_person else _probability(row),
    )


def _probability(row: Any) -> float | None:
    """Of an answer from before names were rolled up: that of its best species, where that is the name."""
    if row["rolled_name"] is not None or row["final_rank"] != NameRank.SPECIES:
        return None if row["rolled_probability"] is None else round(row["rolled_probability"], 6)
    probability: float = row["predictions"][0]["probability"]
    return probability
