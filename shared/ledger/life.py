"""The life list of an owner: the species that people have named, each with when and where it was first."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from shared.ledger.database import Pool
from shared.ledger.overview import Shown, shown_photo
from shared.ledger.statements import statements
from shared.photo.taken import TakenTime, TimeSource
from shared.place.effective import PlaceAndTime, place_and_time
from shared.place.site import Site, site_of
from shared.records import BatchId, OwnerId, PhotoId

_sql = statements("life")


@dataclass(frozen=True, slots=True)
class First:
    """The photo of a species that was taken first."""

    photo_id: PhotoId
    batch_id: BatchId
    batch_name: str | None
    effective: PlaceAndTime


@dataclass(frozen=True, slots=True)
class LifeListEntry:
    """One species."""

    name: str
    scientific_name: str | None
    photos: int
    batches: int
    first: First
    best: Shown


async def life_list(pool: Pool, owner_id: OwnerId, *, but: BatchId | None = None) -> list[LifeListEntry]:
    """The species that people have named in an owner's batches, but for one batch; by name."""
    rows = [row async for row in _sql.life_list(pool, owner_id=owner_id, but_batch_id=but)]
    entries = [_entry(list(there)) for _, there in groupby(rows, key=lambda row: row["species"])]
    return sorted(entries, key=lambda entry: entry.name)


def _entry(rows: list[Any]) -> LifeListEntry:
    """Of one species, from its rows, one a batch; where none has a time, the oldest batch has the first."""
    first = min((_first(row) for row in rows), key=lambda one: one.effective.local or datetime.max)
    best = max(rows, key=lambda row: row["sureness"])
    return LifeListEntry(
        name=best["final_name"],
        scientific_name=best["final_scientific_name"],
        photos=sum(row["photos"] for row in rows),
        batches=len(rows),
        first=first,
        best=shown_photo(best),
    )


def _first(row: Any) -> First:
    taken = None
    if row["taken_from"] is not None:
        source = TimeSource(row["taken_from"])
        taken = TakenTime(source, row["taken_local"], row["taken_offset_minutes"], row["taken_at"])
    position = None if row["latitude"] is None else (row["latitude"], row["longitude"])
    site = site_of([Site(**one) for one in row["sites"] or ()], row["name"])
    return First(
        PhotoId(row["first_photo_id"]),
        BatchId(row["batch_id"]),
        row["batch_name"],
        place_and_time(taken, position, site),
    )
