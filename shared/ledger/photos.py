"""Reads photos back: one at a time, or as the feed of a batch."""

from collections.abc import Sequence
from typing import Any, Final

from shared.final_name import FinalName, NamedBy, NameRank
from shared.ledger.database import Connection, Pool
from shared.ledger.statements import statements
from shared.photo.box import Box
from shared.place.site import Site
from shared.range.judging import flagged
from shared.records import BatchId, Blob, BlobId, OwnerId, Photo, PhotoId, PhotoState

_sql = statements("photos")
END: Final = 2**63 - 1
"""After every seq."""
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
    "corrected_at",
    "label_by",
    "label_note",
    "label_count",
    "sighting_id",
    "repeats",
    "client_id",
    "metadata",
)


async def results_after(
    pool: Connection | Pool, batch_id: BatchId, after: int, limit: int, until: int = END
) -> list[Photo]:
    """The next `limit` answers of a batch with `after` < seq <= `until`, in seq order."""
    rows = _sql.results_after(pool, batch_id=batch_id, after=after, until=until, limit=limit)
    return [_photo(row) async for row in rows]


async def photos_by_id(of: Connection | Pool, photo_ids: Sequence[PhotoId]) -> list[Photo]:
    """Those of them that are there, in the order of seq."""
    return [_photo(row) async for row in _sql.photos_by_id(of, ids=list(photo_ids))]


async def get_photo(pool: Pool, owner_id: OwnerId, photo_id: PhotoId) -> Photo | None:
    """One photo, or None if this owner has no such photo."""
    row = await _sql.get_photo(pool, photo_id=photo_id, owner_id=owner_id)
    return None if row is None else _photo(row)


def _photo(row: Any) -> Photo:
    blob = Blob(BlobId(row["blob_id"]), row["sha256"], row["size"], row["stored_at"] is not None)
    return Photo(
        id=PhotoId(row["id"]),
        batch_id=BatchId(row["batch_id"]),
        blob=blob,
        state=PhotoState(row["state"]),
        predictions=flagged(row["predictions"] or [], row["range"]),
        final=final_of(row),
        box=None if row["box"] is None else Box(**row["box"]),
        sites=[Site(**site) for site in row["sites"] or ()],
        **{name: row[name] for name in _SAME_NAME},
    )


def final_of(row: Any) -> FinalName | None:
    """Of a row with the columns of a photo's final name, and `probability`, the model's."""
    if row["final_name"] is None:
        return None
    by_person = row["corrected_species"] is not None
    return FinalName(
        row["final_name"],
        row["final_scientific_name"],
        NameRank(row["final_rank"]),
        NamedBy.PERSON if by_person else NamedBy.MODEL,
        None if by_person or row["probability"] is None else round(row["probability"], 6),
    )
