"""Connections to Postgres."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg

from shared.errors import BirdsError, Code

if TYPE_CHECKING:  # generic for the type checker only
    from asyncpg.pool import PoolConnectionProxy

    Connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
else:
    Connection = asyncpg.Connection
    Pool = asyncpg.Pool

STATEMENT_TIMEOUT_S = 60  # no statement of ours takes a second; one that takes a minute is stuck
# What asyncpg raises when the server is away, is shutting down or has no connection left: try again later.
AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the connection was cut between two steps of its protocol
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
)


async def _prepare(connection: Connection) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


@asynccontextmanager
async def open_pool(url: str, connections: int) -> AsyncIterator[Pool]:
    """A pool of at most `connections`. Raises OSError or asyncpg.PostgresError: no server there."""
    pool = asyncpg.create_pool(
        url, min_size=1, max_size=connections, init=_prepare, command_timeout=STATEMENT_TIMEOUT_S
    )
    async with pool:
        yield pool


def away(error: BaseException) -> BirdsError:
    """What a caller is told when Postgres can't be asked."""
    return BirdsError(Code.UNAVAILABLE, f"the ledger is not reachable ({type(error).__name__}); try again")
