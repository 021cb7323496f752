"""Files that were given to a batch and became no photo of it, each with a row that lasts."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.ledger.batches import lock_batch
from shared.ledger.database import Connection, Pool, transaction
from shared.ledger.statements import statements
from shared.records import BatchId, OwnerId, RefusedFile, new_id

_sql = statements("refused")


async def record_refused(
    pool: Pool, owner_id: OwnerId, batch_id: BatchId, files: Sequence[tuple[str, str, str]], *, most: int
) -> None:
    """Note files (name, code, detail), the last of a name in place of the others.

    `most`: of one batch that are kept by name; the rest is only counted. Raises `not-found`.
    """
    async with transaction(pool) as connection:
        batch = await lock_batch(connection, owner_id, batch_id)
        names, codes, details = map(list, zip(*files, strict=True))
        await forget_refused(connection, batch, names)
        await _sql.keep_refused(
            connection,
            batch_id=batch_id,
            ids=[new_id() for _ in files],
            names=names,
            codes=codes,
            details=details,
            most=most,
        )


async def forget_refused(connection: Connection, batch: Any, names: Sequence[str]) -> None:
    """Take back what was said of these names; `batch` as `lock_batch` gave it."""
    if batch["refused"] or batch["left_out"]:
        await _sql.forget_refused(connection, batch_id=batch["id"], names=list(names))


async def refused_after(
    pool: Connection | Pool, batch_id: BatchId, after: UUID | None, limit: int
) -> list[RefusedFile]:
    """The next `limit` refused files of a batch behind the one with the id `after`, in the order of time."""
    rows = _sql.refused_after(pool, batch_id=batch_id, after=after, limit=limit)
    return [RefusedFile(**row) async for row in rows]
