"""What owners say of species at places: "I know that it is here"."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.ledger.database import Pool, transaction
from shared.ledger.statements import statements
from shared.records import OwnerId, new_id

_sql = statements("accepted")


@dataclass(frozen=True, slots=True)
class NewWord:
    """In a country, about a point, or, without either, everywhere."""

    species: str
    scientific_name: str
    """AviList's."""
    country: str | None
    latitude: float | None
    longitude: float | None
    radius_km: float | None
    note: str | None


@dataclass(frozen=True, slots=True)
class AcceptedWord:
    id: UUID
    word: NewWord
    created_at: datetime


async def accept_here(pool: Pool, owner_id: OwnerId, word: NewWord) -> AcceptedWord:
    """All answers of the owner are judged again."""
    async with transaction(pool) as connection:
        row = await _sql.accept_here(connection, id=new_id(), owner_id=owner_id, **asdict(word))
        await _sql.judge_all_again(connection, owner_id=owner_id)
    return _word(row)


async def accepted_words(pool: Pool, owner_id: OwnerId) -> list[AcceptedWord]:
    """Newest first."""
    return [_word(row) async for row in _sql.accepted_of(pool, owner_id=owner_id)]


async def take_back(pool: Pool, owner_id: OwnerId, word_id: UUID) -> bool:
    """As before it was said; False if this owner never said it."""
    async with transaction(pool) as connection:
        if await _sql.take_back(connection, id=word_id, owner_id=owner_id) is None:
            return False
        await _sql.judge_all_again(connection, owner_id=owner_id)
        return True


def _word(row: Any) -> AcceptedWord:
    return AcceptedWord(
        row["id"], NewWord(**{name: row[name] for name in NewWord.__slots__}), row["created_at"]
    )
