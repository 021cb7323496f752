"""Brings a database up to this version's schema (migrations); safe to run by several processes at once."""

from collections.abc import Collection, Iterable
from pathlib import Path

import asyncpg
import structlog

from shared.ledger.database import Connection, LedgerRefused, Pool, translated

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x62697264  # "bird": two processes that migrate at once take turns


async def migrate(postgres_url: str, only: Collection[str] | None = None) -> list[str]:
    """Apply the migrations that are missing, each in its own transaction; returns their names.

    `only`: no other ones, so that the schema is that of an earlier version.

    Raises LedgerAway; LedgerRefused also for a database that a newer version has migrated.
    """
    with translated():
        connection = await asyncpg.connect(postgres_url)
        try:
            return await _migrate(connection, only)
        finally:
            await connection.close()


async def check_schema(pool: Pool) -> None:
    """For those who don't migrate. Raises LedgerRefused unless the schema is this version's."""
    with translated():
        if await pool.fetchval("select to_regclass('schema_migrations')") is None:
            raise LedgerRefused("the database holds no ledger yet: start the api once")
        rows = await pool.fetch("select name from schema_migrations")
    if _missing(row["name"] for row in rows):
        raise LedgerRefused("the database is older than this version of Birds: start the api once")


async def _migrate(connection: Connection, only: Collection[str] | None) -> list[str]:
    await connection.execute("select pg_advisory_lock($1)", _LOCK)
    await connection.execute(
        "create table if not exists schema_migrations"
        " (name text primary key, applied_at timestamptz not null default now())"
    )
    missing = _missing(row["name"] for row in await connection.fetch("select name from schema_migrations"))
    if only is not None:
        missing = [path for path in missing if path.stem in only]
    for path in missing:
        async with connection.transaction():
            await connection.execute(path.read_text())
            await connection.execute("insert into schema_migrations (name) values ($1)", path.stem)
        structlog.get_logger().info("migrated", migration=path.stem)
    return [path.stem for path in missing]


def _missing(applied: Iterable[str]) -> list[Path]:
    """Our migrations that are not among `applied`. Raises LedgerRefused for one there that we don't know."""
    known = {path.stem: path for path in sorted(_MIGRATIONS.glob("*.sql"))}
    names = set(applied)
    if newer := sorted(names - known.keys()):
        raise LedgerRefused(f"the database is newer than this version of Birds: it has {newer[-1]}")
    return [path for name, path in known.items() if name not in names]
