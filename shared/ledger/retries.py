"""How failed photos are tried again: the batch is marked first, and they are queued portion by portion."""

from shared.errors import RETRYABLE_CODES
from shared.ledger.batches import no_such_batch
from shared.ledger.database import Connection, Pool, transaction
from shared.ledger.statements import statements
from shared.records import BatchId, OwnerId

_sql = statements("retries")


async def begin_retry(pool: Pool, owner_id: OwnerId, batch_id: BatchId, limit: int) -> bool:
    """Mark the batch and queue up to `limit` of its failures of until now, as far as they may pass.

    Returns whether there are more. Raises `not-found`.
    """
    async with transaction(pool) as connection:
        if await _sql.mark_retried(connection, owner_id=owner_id, batch_id=batch_id) is None:
            raise no_such_batch()
        return await _queue_again(connection, batch_id, limit)


async def retried_batches(pool: Pool, limit: int) -> list[BatchId]:
    """Some that are marked, and not done yet."""
    return [BatchId(row["id"]) async for row in _sql.retried_batches(pool, limit=limit)]


async def retry_portion(pool: Pool, batch_id: BatchId, limit: int) -> bool:
    """Queue up to `limit` more of a marked batch; returns whether there are more yet.

    What fails again meanwhile stays failed.
    """
    async with transaction(pool) as connection:
        await _sql.lock_retried(connection, batch_id=batch_id)
        return await _queue_again(connection, batch_id, limit)


async def _queue_again(connection: Connection, batch_id: BatchId, limit: int) -> bool:
    codes = list(RETRYABLE_CODES)
    return await _sql.retry_portion(connection, batch_id=batch_id, codes=codes, limit=limit) is False
