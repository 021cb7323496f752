"""The ledger itself, for what only its operator may do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.cli.problems import CouldNotRunError
from shared.errors import LedgerAway
from shared.ledger.database import LedgerRefused, Pool, open_pool
from shared.ledger.migrate import check_schema

CONNECTIONS = 1


@asynccontextmanager
async def open_ledger(url: str) -> AsyncIterator[Pool]:
    """A connection to the ledger at `url`. Raises `CouldNotRunError` where there is none."""
    try:
        async with open_pool(url, CONNECTIONS) as pool:
            await check_schema(pool)
            yield pool
    except LedgerRefused as error:
        raise CouldNotRunError(f"Postgres refused: {error}") from None
    except LedgerAway as error:
        raise CouldNotRunError(f"Postgres does not answer: {error.__cause__ or error.detail}") from None
