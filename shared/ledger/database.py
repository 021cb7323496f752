"""Connections to Postgres, and the door to it: what asyncpg raises leaves here with one of two meanings.

`LedgerAway`: try again later. `LedgerRefused`: no patience will help, somebody has made a mistake.
"""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import asyncpg

from shared.errors import LedgerAway, LedgerFull

if TYPE_CHECKING:  # generic for the type checker only
    from asyncpg.pool import PoolConnectionProxy

    Connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
else:
    Connection = asyncpg.Connection
    Pool = asyncpg.Pool

STATEMENT_TIMEOUT_S = 60  # no statement of ours takes a second; one that takes a minute is stuck
# What asyncpg raises when the server is away, is shutting down or has no connection left.
_AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the connection was cut between two steps of its protocol
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.ReadOnlySQLTransactionError,  # a standby, say: no statement is to blame
    asyncpg.PostgresIOError,
)


class LedgerRefused(Exception):
    """Postgres answers, and says no: to a value, to a statement, to whoever asks."""


class ReferenceRefused(LedgerRefused):
    """A row names another one that is gone, or would go while it is named."""


@contextmanager
def translated() -> Iterator[None]:
    """The door itself. Raises LedgerAway, LedgerRefused."""
    try:
        yield
    except asyncpg.DiskFullError as error:
        raise LedgerFull("its disk is full") from error
    except _AWAY as error:
        if isinstance(error, ValueError):  # an argument that asyncpg can't send: it calls that its interface
            raise LedgerRefused(str(error)) from error
        raise LedgerAway(type(error).__name__) from error
    except asyncpg.ForeignKeyViolationError as error:
        raise ReferenceRefused(str(error)) from error
    except asyncpg.PostgresError as error:
        raise LedgerRefused(str(error)) from error


async def _prepare(connection: Connection) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


@asynccontextmanager
async def open_pool(url: str, connections: int) -> AsyncIterator[Pool]:
    """A pool of at most `connections`. Raises LedgerAway, LedgerRefused: no server there, or not for us."""
    pool = asyncpg.create_pool(
        url, min_size=1, max_size=connections, init=_prepare, command_timeout=STATEMENT_TIMEOUT_S
    )
    with translated():
        await pool
    async with pool:
        yield pool


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """A connection with a transaction on it: kept where the block ends well, undone where it raises."""
    with translated():
        async with pool.acquire() as connection, connection.transaction():
            yield connection
