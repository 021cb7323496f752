"""What is told of a batch beside its answers when it is handed over: whose it is, which models answered."""

from dataclasses import dataclass

from shared.ledger.database import Connection
from shared.ledger.statements import statements
from shared.records import BatchId

_sql = statements("handover")


@dataclass(frozen=True, slots=True)
class ModelUsed:
    """A model (name@version, SHA-256 of its weights) and how many photos of a batch it answered."""

    model: str
    digest: str
    photos: int


async def owner_of(connection: Connection, batch_id: BatchId) -> str:
    name: str = await _sql.owner_of_batch(connection, batch_id=batch_id)
    return name


async def models_used(connection: Connection, batch_id: BatchId) -> list[ModelUsed]:
    """In the order in which they first answered."""
    return [ModelUsed(**row) async for row in _sql.models_used(connection, batch_id=batch_id)]


async def not_reviewed(connection: Connection, batch_id: BatchId) -> tuple[int, int]:
    """How many photos without a person's word (failed, were answered)."""
    row = await _sql.not_reviewed(connection, batch_id=batch_id)
    return row["failed"], row["done"]
