"""A trip as large as one likes: one that was really answered, many times over, put straight into the ledger.

Photos share the pictures of the small one; their times, places, answers and sightings are its, in folders
and on days of their own.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from shared.ledger.database import Pool

_DAYS: Final = 14  # on which the copies lie
_COLUMNS: Final = """
select column_name from information_schema.columns
where table_schema = current_schema() and table_name = $1 and is_generated = 'NEVER'
"""
_BATCH: Final[Mapping[str, str]] = {
    "id": "gen_random_uuid()",
    "name": "$2::text",
    "idempotency_key": "null",
    "accepted": "$3::integer * done",
    "done": "$3::integer * done",
    "failed": "0",
    "last_seq": "$3::bigint * done",
    "labelled_to": "0",
    "sightings": "$3::integer * sightings",
}
# `n`: which copy. An id is the same for the same copy of the same row.
_PHOTO: Final[Mapping[str, str]] = {
    "id": "md5($2::uuid::text || n || id)::uuid",
    "batch_id": "$2::uuid",
    "name": "to_char(n, 'FM0000/') || name",
    "seq": "row_number() over (order by n, seq)",
    "sighting_id": "md5($2::uuid::text || n || sighting_id)::uuid",
    "repeats": "md5($2::uuid::text || n || repeats)::uuid",
    "taken_local": f"taken_local + make_interval(days => n % {_DAYS}, mins => n / {_DAYS})",
    "taken_at": f"taken_at + make_interval(days => n % {_DAYS}, mins => n / {_DAYS})",
}
_SIGHTING: Final[Mapping[str, str]] = {
    "id": "md5($2::uuid::text || n || id)::uuid",
    "batch_id": "$2::uuid",
    "position": "row_number() over (order by n, position)",
    "best_photo_id": "md5($2::uuid::text || n || best_photo_id)::uuid",
}


async def multiplied(pool: Pool, batch_id: UUID, photos: int, name: str) -> tuple[UUID, int]:
    """A finished batch of at least so many photos, made of a finished one without people's words.

    Its id, and how many they are.
    """
    done = await pool.fetchval("select done from batches where id = $1", batch_id)
    copies = -(-photos // done)
    new: UUID = await pool.fetchval(
        await _copying(pool, "batches", _BATCH, "where id = $1 returning id"), batch_id, name, copies
    )
    many = "cross join generate_series(0, $3::integer - 1) n where batch_id = $1"
    await pool.execute(await _copying(pool, "sightings", _SIGHTING, many), batch_id, new, copies)
    await pool.execute(
        await _copying(pool, "photos", _PHOTO, f"{many} and state = 'done'"), batch_id, new, copies
    )
    await pool.execute("vacuum analyze")
    return new, copies * done


async def _copying(pool: Pool, table: str, others: Mapping[str, str], which: str) -> str:
    """A statement that copies rows of a table, some columns of which become others."""
    columns: list[Any] = [row["column_name"] for row in await pool.fetch(_COLUMNS, table)]
    chosen = ", ".join(others.get(column, column) for column in columns)
    return f"insert into {table} ({', '.join(columns)}) select {chosen} from {table} {which}"
