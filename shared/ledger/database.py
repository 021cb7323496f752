"""Connections to Postgres, and the door to it: what asyncpg raises leaves here with one of two meanings.

`LedgerAway`: try again later. `LedgerRefused`: no patience will help, somebody has made a mistake.
"""

import asyncio
import json
import socket
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

STATEMENT_S = 30.0  # no statement of ours takes a second, but for those that delete whole batches
CONNECT_S = 10.0
CLOSE_S = 3.0  # a server that is silent does not say goodbye either
PEER_GONE = {
    "TCP_KEEPIDLE": 10,
    "TCP_KEEPINTVL": 5,
    "TCP_KEEPCNT": 3,
    "TCP_USER_TIMEOUT": 25_000,
}  # s, s, -, ms
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


class _Unchanged(asyncpg.Connection):
    """No statement of ours changes a session, so nothing is undone when its connection is given back: asyncpg
    would ask for that in a statement of its own each time."""

    def get_reset_query(self) -> str:
        return ""


async def _prepare(connection: Connection) -> None:
    _watch_peer(connection._transport.get_extra_info("socket"))  # type: ignore[union-attr]
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


def _watch_peer(connection: socket.socket | None) -> None:
    """Notice within half a minute that the other end is gone without a word (TCP keep-alive)."""
    if connection is None or connection.family == socket.AF_UNIX:
        return
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in PEER_GONE.items():
        if hasattr(socket, option):  # macOS knows some of them
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


@asynccontextmanager
async def open_pool(url: str, connections: int, statement_s: float = STATEMENT_S) -> AsyncIterator[Pool]:
    """A pool of at most `connections`; `statement_s` is the longest that a statement may take.

    Raises LedgerAway, LedgerRefused: no server there, or not for us.
    """
    pool = asyncpg.create_pool(
        url,
        min_size=1,
        max_size=connections,
        init=_prepare,
        connection_class=_Unchanged,
        command_timeout=statement_s,
        timeout=CONNECT_S,
    )
    with translated():
        await pool
    try:
        yield pool
    finally:
        await _close(pool)


async def _close(pool: Pool) -> None:
    try:
        async with asyncio.timeout(CLOSE_S):
            await pool.close()
    except TimeoutError:
        pool.terminate()


@asynccontextmanager
async def connection_of(of: Connection | Pool) -> AsyncIterator[Connection]:
    """`of` itself, or one of the pool's.

    One that is silent for too long is ended, and with it those that the pool holds: whatever has silenced it
    may have silenced all, and each would be waited for as long. So is one whose user no longer waits: to be
    used again it would have to answer first.
    """
    if not isinstance(of, asyncpg.Pool):
        yield of
        return
    async with of.acquire() as connection:
        try:
            yield connection
        except asyncio.CancelledError:
            connection.terminate()
            raise
        except Exception as error:
            if isinstance(error, TimeoutError) or isinstance(error.__cause__, TimeoutError):
                connection.terminate()
                await of.expire_connections()
            raise


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """A connection with a transaction on it: kept where the block ends well, undone where it raises."""
    with translated():
        async with connection_of(pool) as connection, connection.transaction():
            yield connection


@asynccontextmanager
async def reading_as_of_now(pool: Pool) -> AsyncIterator[Connection]:
    """A connection that sees the ledger as it is at its first statement, whatever is written meanwhile."""
    with translated():
        async with (
            connection_of(pool) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield connection
