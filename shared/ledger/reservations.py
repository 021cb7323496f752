"""Places that were reserved for presigned uploads which never came: given up, and told as refused files."""

from collections.abc import Sequence

from shared.errors import Code
from shared.ledger.database import Connection, Pool, transaction
from shared.ledger.statements import statements
from shared.records import BatchId, PhotoId

NEVER_CAME = "Its bytes have not been uploaded."
_sql = statements("reservations")
_answers = statements("answers")


async def give_up_uploads(
    connection: Connection,
    batch_ids: Sequence[BatchId],
    older_than_s: float | None = None,
    *,
    ids: Sequence[PhotoId] | None = None,
    code: Code = Code.MISSING_OBJECT,
    detail: str = NEVER_CAME,
) -> None:
    """Of these batches, whose locks the caller holds; None: however old they are, and whichever."""
    await _sql.give_up_uploads(
        connection,
        batch_ids=list(batch_ids),
        older_than_s=older_than_s,
        ids=None if ids is None else list(ids),
        code=code,
        detail=detail,
    )


async def give_up_abandoned_uploads(pool: Pool, older_than_s: float) -> None:
    """Of all batches."""
    rows = _sql.batches_with_abandoned(pool, older_than_s=older_than_s)
    batch_ids = [BatchId(row["batch_id"]) async for row in rows]
    if not batch_ids:
        return
    async with transaction(pool) as connection:
        async for _ in _answers.lock_batches(connection, ids=batch_ids):
            pass
        await give_up_uploads(connection, batch_ids, older_than_s)
