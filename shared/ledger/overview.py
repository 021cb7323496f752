"""What photos come to, put together by the ledger: the species of a batch, and what a search finds."""

from dataclasses import dataclass
from typing import Any

from shared.final_name import NameRank
from shared.ledger.database import Pool
from shared.ledger.statements import statements
from shared.photo.box import Box
from shared.records import BatchId, OwnerId, PhotoId

_sql = statements("overview")


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo that stands for others; `width` and `height` in pixels, upright."""

    photo_id: PhotoId
    box: Box | None
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class NameInBatch:
    """One final name in a batch, and how many of its photos a person has had a word on."""

    name: str
    scientific_name: str | None
    rank: NameRank
    photos: int
    checked: int
    out_of_range: int
    """Photos of a bird that is not to be expected where and when they were taken."""
    best: Shown


async def batch_model(pool: Pool, batch_id: BatchId) -> tuple[str, int] | None:
    """`name@version` of the latest answer's model, and how many birds it can name."""
    row = await _sql.batch_model(pool, batch_id=batch_id)
    return row and (row["model"], row["species"])


async def names_of_batch(pool: Pool, batch_id: BatchId) -> list[NameInBatch]:
    """Each final name in a batch, the most frequent first."""
    return [
        NameInBatch(
            row["name"],
            row["scientific_name"],
            NameRank(row["rank"]),
            row["photos"],
            row["checked"],
            row["out_of_range"],
            shown_photo(row),
        )
        async for row in _sql.names_of_batch(pool, batch_id=batch_id)
    ]


def shown_photo(row: Any) -> Shown:
    """Of a row with `photo_id`, `box`, `width` and `height`."""
    box = None if row["box"] is None else Box(**row["box"])
    return Shown(PhotoId(row["photo_id"]), box, row["width"], row["height"])


@dataclass(frozen=True, slots=True)
class Found:
    """What holds the text that was looked for, as rows of the ledger."""

    batches: list[dict[str, Any]]
    names: list[dict[str, Any]]
    files: list[dict[str, Any]]


async def search(pool: Pool, owner_id: OwnerId, text: str, limit: int) -> Found:
    """Batches, species and files of an owner whose name holds `text`, at most `limit` of each."""
    given = {"owner_id": owner_id, "pattern": f"%{_literally(text)}%", "limit": limit}
    return Found(
        [dict(row) async for row in _sql.search_batches(pool, **given)],
        [dict(row) async for row in _sql.search_names(pool, **given)],
        [dict(row) async for row in _sql.search_files(pool, **given)],
    )


def _literally(text: str) -> str:
    """As a part of a pattern of `like`, in which three characters mean more than themselves."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
