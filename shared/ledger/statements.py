"""Loads the named statements that stand in `sql/`, one file a subject."""

import inspect
from collections.abc import AsyncIterator, Callable
from functools import wraps
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiosql

from shared.ledger.database import Connection, Pool, connection_of, translated

SQL = Path(__file__).parent / "sql"


def statements(subject: str) -> Any:
    """The statements of `sql/<subject>.sql`, each under its own name: a coroutine function, or an
    asynchronous iterator of rows. They raise LedgerAway, LedgerRefused."""
    queries = aiosql.from_path(SQL / f"{subject}.sql", "asyncpg", mandatory_parameters=False)
    named = {name: getattr(queries, name) for name in queries.available_queries}
    return SimpleNamespace(**{name: _through_the_door(statement) for name, statement in named.items()})


def _through_the_door(statement: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(statement)
    async def rows(of: Connection | Pool, **parameters: Any) -> AsyncIterator[Any]:
        with translated():
            async with connection_of(of) as connection:
                async for row in statement(connection, **parameters):
                    yield row

    @wraps(statement)
    async def outcome(of: Connection | Pool, **parameters: Any) -> Any:
        with translated():
            async with connection_of(of) as connection:
                return await statement(connection, **parameters)

    return rows if inspect.isasyncgenfunction(statement) else outcome
