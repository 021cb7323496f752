"""Two models' answers to the photos of one batch, as they were given, beside each other and beside labels."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.errors import BirdsError, Code
from shared.final_name import NOT_A_BIRD, NameRank
from shared.ledger.database import Pool
from shared.ledger.statements import statements
from shared.records import BatchId, ModelId, PhotoId
from shared.scoring.truth import PersonsWord, RightOf, is_right

_sql = statements("comparing")
_DIGITS = 6  # of what the ledger keeps in single precision


@dataclass(frozen=True, slots=True)
class ModelComparison:
    both: int
    """Photos that both models have answered."""
    same: int
    """Those of which they said the same: the same best species, or that there is no bird."""
    right: tuple[RightOf, RightOf]
    """Of those that a person has named, what each model said rightly."""


@dataclass(frozen=True, slots=True)
class Said:
    species: str
    scientific_name: str | None
    probability: float
    bird_probability: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    photo_id: PhotoId
    seq: int
    name: str
    label: str | None
    said: tuple[Said, Said]


async def find_model(pool: Pool, reference: str) -> ModelId:
    """By name@version or the reference that workers load it by. Raises `not-found`."""
    found: UUID | None = await _sql.find_model(pool, reference=reference)
    if found is None:
        raise BirdsError(Code.NOT_FOUND, f"No worker has loaded a model {reference!r}.")
    return ModelId(found)


async def compare(pool: Pool, batch_id: BatchId, a: ModelId, b: ModelId) -> ModelComparison:
    """The batch's owner is the caller's to know."""
    both = same = reviewed = 0
    right = [0, 0]
    async for row in _sql.tallies(pool, batch_id=batch_id, a=a, b=b):
        both += row["photos"]
        same += row["photos"] * row["same"]
        if row["label"] is None:
            continue
        reviewed += row["photos"]
        right = [told + row["photos"] * one for told, one in zip(right, both_right(row), strict=True)]
    return ModelComparison(both, same, (RightOf(right[0], reviewed), RightOf(right[1], reviewed)))


def both_right(row: Any) -> tuple[bool, bool]:
    """Whether what models a and b said is what a person says, of a row with all three."""
    label = PersonsWord(row["label"], row["label_scientific_name"], _rank(row))
    a, b = [is_right(label, row[f"{side}_name"], row[f"{side}_scientific_name"]) for side in "ab"]
    return a, b


async def differences(
    pool: Pool, batch_id: BatchId, a: ModelId, b: ModelId, *, after: int, limit: int
) -> list[Difference]:
    """The next `limit` photos with seq > `after` of which they did not say the same."""
    rows = _sql.differing(pool, batch_id=batch_id, a=a, b=b, after=after, limit=limit)
    return [
        Difference(
            PhotoId(row["id"]), row["seq"], row["name"], row["label"], (_said(row, "a"), _said(row, "b"))
        )
        async for row in rows
    ]


def _rank(row: Any) -> NameRank:
    """Of a label from before labels had one."""
    if row["label_rank"] is None:
        return NameRank.NOT_A_BIRD if row["label"] == NOT_A_BIRD else NameRank.SPECIES
    return NameRank(row["label_rank"])


def _said(row: Any, side: str) -> Said:
    bird = row[f"{side}_bird_probability"]
    return Said(
        row[f"{side}_species"],
        row[f"{side}_scientific_name"],
        round(row[f"{side}_probability"], _DIGITS),
        None if bird is None else round(bird, _DIGITS),
    )
