"""The table that CSV and Parquet share: its columns, in the contract's order, and its rows."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from shared.final_name import FinalName
from shared.photo.box import Box
from shared.place.effective import PlaceAndTime
from shared.records import Photo, RefusedFile

Value = str | int | float | bool | datetime | None


class Kind(Enum):
    TEXT = "text"
    WHOLE = "whole number"
    REAL = "real number"
    UTC = "moment"
    LOCAL = "time without a zone"
    TRUTH = "true or false"


COLUMNS: tuple[tuple[str, Kind], ...] = (
    ("seq", Kind.WHOLE),
    ("photo_id", Kind.TEXT),
    ("name", Kind.TEXT),
    ("state", Kind.TEXT),
    ("species", Kind.TEXT),
    ("scientific_name", Kind.TEXT),
    ("probability", Kind.REAL),
    ("bird_probability", Kind.REAL),
    ("corrected_species", Kind.TEXT),
    ("taken_at", Kind.UTC),
    ("latitude", Kind.REAL),
    ("longitude", Kind.REAL),
    ("width", Kind.WHOLE),
    ("height", Kind.WHOLE),
    ("model", Kind.TEXT),
    ("error", Kind.TEXT),
    ("finished_at", Kind.UTC),
)


LAST_COLUMNS: tuple[tuple[str, Kind], ...] = (
    ("taken_local", Kind.LOCAL),
    ("taken_offset_minutes", Kind.WHOLE),
    ("taken_from", Kind.TEXT),
    ("companions", Kind.TEXT),
    ("final_name", Kind.TEXT),
    ("final_scientific_name", Kind.TEXT),
    ("final_rank", Kind.TEXT),
    ("final_by", Kind.TEXT),
    ("final_probability", Kind.REAL),
    ("effective_latitude", Kind.REAL),
    ("effective_longitude", Kind.REAL),
    ("place_from", Kind.TEXT),
    ("site", Kind.TEXT),
    ("country", Kind.TEXT),
    ("zone", Kind.TEXT),
    ("effective_local", Kind.LOCAL),
    ("effective_offset_minutes", Kind.WHOLE),
    ("effective_utc", Kind.UTC),
    ("offset_from", Kind.TEXT),
    ("in_range", Kind.TRUTH),
    ("range_source", Kind.TEXT),
    ("reviewed", Kind.TRUTH),
    ("label_by", Kind.TEXT),
    ("label_at", Kind.UTC),
    ("label_note", Kind.TEXT),
    ("label_count", Kind.WHOLE),
    ("sighting_id", Kind.TEXT),
    ("box_x", Kind.REAL),
    ("box_y", Kind.REAL),
    ("box_width", Kind.REAL),
    ("box_height", Kind.REAL),
    ("client_id", Kind.TEXT),
    ("metadata", Kind.TEXT),
)
"""Behind the contract's, whose order stays."""
_BETWEEN_NAMES = " | "


def columns(top_k: int) -> list[tuple[str, Kind]]:
    """Name and type of each column for a batch whose answers name up to `top_k` species."""
    more = [
        ((f"species_{rank}", Kind.TEXT), (f"probability_{rank}", Kind.REAL)) for rank in range(2, top_k + 1)
    ]
    return [*COLUMNS, *(column for pair in more for column in pair), *LAST_COLUMNS]


def refused_row(file: RefusedFile, top_k: int) -> list[Value]:
    """A file that became no photo: only its name, state, reason and time are known."""
    known: dict[str, Value] = {
        "name": file.name,
        "state": file.state,
        "error": file.code,
        "finished_at": file.refused_at,
    }
    return [known.get(name) for name, _ in columns(top_k)]


def row(photo: Photo, top_k: int) -> list[Value]:
    """One photo's values in the order of `columns`."""
    answers = photo.predictions if photo.error_code is None else []
    best = answers[0] if answers else {}
    values: list[Value] = [
        photo.seq,
        str(photo.id),
        photo.name,
        str(photo.state),
        best.get("species"),
        best.get("scientific_name"),
        best.get("probability"),
        None if photo.bird_probability is None else round(photo.bird_probability, 6),
        photo.corrected_species,
        photo.taken_at,
        photo.latitude,
        photo.longitude,
        photo.width,
        photo.height,
        photo.model,
        photo.error_code,
        photo.finished_at,
    ]
    for rank in range(1, top_k):
        other = answers[rank] if rank < len(answers) else {}
        values += [other.get("species"), other.get("probability")]
    companions = _BETWEEN_NAMES.join(photo.companions) or None
    values += [photo.taken_local, photo.taken_offset_minutes, photo.taken_from, companions]
    values += [*_final_name(photo.final), *_place_and_time(photo.effective)]
    values += [*_range(photo, best), *_label(photo), _text(photo.sighting_id), *_box(photo.box)]
    return [*values, photo.client_id, _json(photo.metadata)]


def _json(metadata: dict[str, str] | None) -> str | None:
    return json.dumps(metadata, ensure_ascii=False) if metadata else None


def _box(box: Box | None) -> list[Value]:
    return [None] * 4 if box is None else [box.x, box.y, box.width, box.height]


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _label(photo: Photo) -> list[Value]:
    reviewed = photo.corrected_species is not None
    return [reviewed, photo.label_by, photo.corrected_at, photo.label_note, photo.label_count]


def _final_name(final: FinalName | None) -> list[Value]:
    if final is None:
        return [None] * 5
    return [final.name, final.scientific_name, str(final.rank), str(final.by), final.probability]


def _place_and_time(found: PlaceAndTime) -> list[Value]:
    return [
        found.latitude,
        found.longitude,
        found.place_from,
        found.site,
        found.country,
        found.zone,
        found.local,
        found.offset_minutes,
        found.utc,
        found.offset_from,
    ]


def _range(photo: Photo, best: Mapping[str, Any]) -> list[Value]:
    """Of the first prediction."""
    return [best.get("in_range"), (photo.range or {}).get("source")]
