"""The ledger itself, for what only its operator may do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from api.cli.running import CouldNotRunError
from api.cli.server import find_postgres
from shared.errors import LedgerAway
from shared.ledger.database import LedgerRefused, Pool, open_pool
from shared.ledger.migrate import check_schema

CONNECTIONS = 1


@asynccontextmanager
async def open_ledger(data: Path | None) -> AsyncIterator[Pool]:
    """The one that the environment or the stack in `data` names. Raises `CouldNotRunError`."""
    url = find_postgres(data)
    try:
        async with open_pool(url, CONNECTIONS) as pool:
            await check_schema(pool)
            yield pool
    except LedgerRefused as error:
        raise CouldNotRunError(f"Postgres refused: {error}") from None
    except LedgerAway as error:
        raise CouldNotRunError(f"Postgres does not answer: {error.__cause__ or error.detail}") from None
