"""The ledger itself, for what only its operator may do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from api.cli.running import CouldNotRunError
from api.cli.server import find_postgres
from shared.ledger.database import AWAY, Pool, open_pool

CONNECTIONS = 1


@asynccontextmanager
async def open_ledger(data: Path | None) -> AsyncIterator[Pool]:
    """The one that the environment or the stack in `data` names. Raises `CouldNotRunError`."""
    url = find_postgres(data)
    try:
        async with open_pool(url, CONNECTIONS) as pool:
            yield pool
    except asyncpg.UndefinedTableError:
        raise CouldNotRunError("the database holds no ledger yet: start the api once") from None
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError) as error:
        raise CouldNotRunError(f"Postgres refused: {error}") from None
    except AWAY as error:
        raise CouldNotRunError(f"Postgres does not answer: {error or type(error).__name__}") from None
