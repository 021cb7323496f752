"""Brings a database up to this version's schema; safe to run by several processes at once."""

from pathlib import Path

import asyncpg
import structlog

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x62697264  # "bird": two processes that migrate at once take turns


async def migrate(postgres_url: str) -> list[str]:
    """Apply the migrations that are missing, each in its own transaction; returns their names.

    Raises:
        OSError, asyncpg.PostgresError: the server can't be reached, or refuses a statement.
    """
    connection = await asyncpg.connect(postgres_url)
    try:
        await connection.execute("select pg_advisory_lock($1)", _LOCK)
        await connection.execute(
            "create table if not exists schema_migrations"
            " (name text primary key, applied_at timestamptz not null default now())"
        )
        applied = {row["name"] for row in await connection.fetch("select name from schema_migrations")}
        missing = [path for path in sorted(_MIGRATIONS.glob("*.sql")) if path.stem not in applied]
        for path in missing:
            async with connection.transaction():
                await connection.execute(path.read_text())
                await connection.execute("insert into schema_migrations (name) values ($1)", path.stem)
            structlog.get_logger().info("migrated", migration=path.stem)
        return [path.stem for path in missing]
    finally:
        await connection.close()
