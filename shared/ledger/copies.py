"""All rows of the ledger as files, as they were at one moment (COPY in a snapshot), and back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import asyncpg

from shared.ledger.database import Connection, Pool, translated
from shared.records import BlobId

# In an order in which each row finds what it refers to. What keys have used up is not worth keeping.
TABLES = (
    "owners",
    "models",
    "active_model",
    "batches",
    "blobs",
    "photos",
    "readings",
    "shadow",
    "shadow_answers",
    "sightings",
    "audits",
    "audited",
    "refused",
    "keys",
    "garbage",
    "sites",
    "range_accepted",
    "label_acts",
    "labels",
    # Last: nobody is told of what comes back.
    "webhooks",
    "webhook_deliveries",
    "webhook_attempts",
)
COPY_S = 3600.0  # of one table; a million photos take seconds
_MOMENT: Final = "repeatable_read"


@asynccontextmanager
async def snapshot(pool: Pool) -> AsyncIterator[Connection]:
    """A connection that sees one moment for as long as the block runs."""
    with translated():
        async with pool.acquire() as connection, connection.transaction(isolation=_MOMENT, readonly=True):
            yield connection


async def applied_migrations(connection: Connection) -> list[str]:
    rows = await connection.fetch("select name from schema_migrations order by name")
    return [row["name"] for row in rows]


async def write_tables(connection: Connection, folder: Path) -> None:
    """Each table into a file of its own."""
    for table in TABLES:
        columns = await _columns(connection, table)
        with translated():
            await connection.copy_from_table(
                table, output=folder / table, format="binary", timeout=COPY_S, columns=columns
            )


async def stored_blobs(connection: Connection) -> AsyncIterator[tuple[BlobId, bytes, int]]:
    """Id, SHA-256 and size of everything that is in object storage."""
    query = "select id, sha256, size from blobs where stored_at is not null order by id"
    async for row in connection.cursor(query, prefetch=1000):
        yield BlobId(row["id"]), row["sha256"], row["size"]


async def read_tables(postgres_url: str, folder: Path) -> None:
    """Into empty tables, all or nothing. No broker has a message of theirs: what is queued is published anew.

    Raises LedgerAway, LedgerRefused.
    """
    with translated():
        connection = await asyncpg.connect(postgres_url)
        try:
            async with connection.transaction():
                for table in TABLES:
                    if await connection.fetchval("select to_regclass($1)", table) is None:
                        continue  # what was backed up is a version from before there was such a table
                    columns = await _columns(connection, table)
                    await connection.copy_to_table(
                        table, source=folder / table, format="binary", timeout=None, columns=columns
                    )
                await connection.execute("update photos set published_at = null where state = 'queued'")
        finally:
            await connection.close()


async def is_empty(pool: Pool) -> bool:
    with translated():
        return not await pool.fetchval("select exists (select from owners)")


async def _columns(connection: Connection, table: str) -> list[str]:
    """In the order they were made: later migrations add theirs at the end. Generated ones are made anew."""
    query = (
        "select attname from pg_attribute"
        " where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attgenerated = ''"
        " order by attnum"
    )
    return [row["attname"] for row in await connection.fetch(query, table)]
