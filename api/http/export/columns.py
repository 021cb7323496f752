"""The table that CSV and Parquet share: its columns, in the contract's order, and its rows."""

from datetime import datetime

from shared.records import Photo

Value = str | int | float | datetime | None

COLUMNS: tuple[tuple[str, type], ...] = (
    ("seq", int),
    ("photo_id", str),
    ("name", str),
    ("state", str),
    ("species", str),
    ("scientific_name", str),
    ("probability", float),
    ("bird_probability", float),
    ("corrected_species", str),
    ("taken_at", datetime),
    ("latitude", float),
    ("longitude", float),
    ("width", int),
    ("height", int),
    ("model", str),
    ("error", str),
    ("finished_at", datetime),
)

LAST_COLUMNS: tuple[tuple[str, type], ...] = (("companions", str),)
"""Behind the contract's, whose order stays."""
_BETWEEN_NAMES = " | "


def columns(top_k: int) -> list[tuple[str, type]]:
    """Name and type of each column for a batch whose answers name up to `top_k` species."""
    more = [((f"species_{rank}", str), (f"probability_{rank}", float)) for rank in range(2, top_k + 1)]
    return [*COLUMNS, *(column for pair in more for column in pair), *LAST_COLUMNS]


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
    return [*values, _BETWEEN_NAMES.join(photo.companions) or None]
