"""Loads the named statements that stand in `sql/`, one file a subject; slow ones are counted and logged."""

import inspect
from collections.abc import AsyncIterator, Callable
from functools import wraps
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import aiosql
import structlog
from prometheus_client import Counter

from shared.ledger.database import Connection, Pool, connection_of, translated

_SQL = Path(__file__).parent / "sql"
SLOW_S = 1.0  # none of ours takes so long unless it waits for another, or the server is short of something
SLOW = Counter("birds_ledger_slow_statements_total", f"Statements that took over {SLOW_S:g} s", ["statement"])


def statements(subject: str) -> Any:
    """The statements of `sql/<subject>.sql`, each under its own name: a coroutine function, or an
    asynchronous iterator of rows. They raise LedgerAway, LedgerRefused."""
    queries = aiosql.from_path(_SQL / f"{subject}.sql", "asyncpg", mandatory_parameters=False)
    named = {name: getattr(queries, name) for name in queries.available_queries}
    return SimpleNamespace(**{name: _through_the_door(name, statement) for name, statement in named.items()})


def all_statements() -> Any:
    """Those of all subjects as aiosql has them, with their texts: for whoever asks what they cost."""
    return aiosql.from_path(_SQL, "asyncpg", mandatory_parameters=False)


def _through_the_door(name: str, statement: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(statement)
    async def rows(of: Connection | Pool, **parameters: Any) -> AsyncIterator[Any]:
        with translated():
            async with connection_of(of) as connection:
                began, took_s = perf_counter(), 0.0
                async for row in statement(connection, **parameters):
                    took_s += perf_counter() - began
                    yield row
                    began = perf_counter()
                _note(name, took_s + perf_counter() - began)

    @wraps(statement)
    async def outcome(of: Connection | Pool, **parameters: Any) -> Any:
        with translated():
            async with connection_of(of) as connection:
                began = perf_counter()
                try:
                    return await statement(connection, **parameters)
                finally:
                    _note(name, perf_counter() - began)

    return rows if inspect.isasyncgenfunction(statement) else outcome


def _note(name: str, took_s: float) -> None:
    if took_s > SLOW_S:
        SLOW.labels(name).inc()
        structlog.get_logger().warning("slow statement", statement=name, s=round(took_s, 1))
