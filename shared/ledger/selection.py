"""Which photos of a batch are meant: one vocabulary for who lists them and for who says something of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from shared.final_name import NameRank
from shared.ledger.database import Connection, Pool, transaction
from shared.ledger.photos import END, photos_by_id
from shared.ledger.statements import statements
from shared.records import BatchId, Photo, PhotoId, PhotoState

_sql = statements("selection")


@dataclass(frozen=True, slots=True)
class Selection:
    """Answered photos of a batch for which all of this holds; None: whatever it is."""

    name: str | None = None
    """The final name."""
    rank: NameRank | None = None
    """Of the final name."""
    min_probability: float | None = None
    """As the model has it of the name that it gives, whatever a person says."""
    max_probability: float | None = None
    state: PhotoState | None = None
    """Done or failed."""
    reviewed: bool | None = None
    """Whether a person's word stands."""
    in_range: bool | None = None
    """Whether the first prediction is, where a source could tell."""
    sighting_id: UUID | None = None


async def select_photos(
    connection: Connection, batch_id: BatchId, selection: Selection, after: int, until: int, limit: int
) -> list[tuple[PhotoId, int]]:
    """The next `limit` with `after` < seq <= `until`, in seq order, each with its seq. In a transaction."""
    await _sql.plan_anew(connection)
    rows = _sql.select_photos(
        connection, batch_id=batch_id, after=after, until=until, limit=limit, **asdict(selection)
    )
    return [(PhotoId(row["id"]), row["seq"]) async for row in rows]


async def list_photos(
    pool: Pool, batch_id: BatchId, selection: Selection, after: int, limit: int
) -> Sequence[Photo]:
    """The same with all that is known of them. A photo that is answered anew meanwhile is told again."""
    async with transaction(pool) as connection:
        found = await select_photos(connection, batch_id, selection, after, END, limit)
        return await photos_by_id(connection, [photo_id for photo_id, _ in found])
