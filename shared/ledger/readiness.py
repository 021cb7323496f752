"""Whether Postgres can do its part: it answers, takes writes, and its disk has room."""

from shared.errors import LedgerAway
from shared.ledger.database import Pool, transaction
from shared.ledger.statements import statements

_sql = statements("readiness")


async def check(pool: Pool) -> None:
    """Raises LedgerAway, LedgerFull. Costs some milliseconds, and leaves nothing behind."""
    async with transaction(pool) as connection:
        if await _sql.read_only(connection):
            raise LedgerAway("it is read-only")
        await _sql.little_memory(connection)
        await _sql.through_files(connection)
