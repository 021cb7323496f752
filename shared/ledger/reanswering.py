"""A batch is answered again by another model, in place; what was said before is kept."""

from typing import Final

from shared.errors import BirdsError, Code
from shared.ledger.batches import lock_batch
from shared.ledger.database import Pool, transaction
from shared.ledger.statements import statements
from shared.records import BatchId, ModelId, OwnerId

_sql = statements("reanswering")
AT_ONCE: Final = 5000  # photos in one transaction, some 100 ms, for which workers with answers wait


async def reanswer_batch(pool: Pool, owner_id: OwnerId, batch_id: BatchId, model_id: ModelId) -> int:
    """Queue what other models have answered until now, for this one to answer; returns how many photos.

    Those that it has answered stay, where what it said was kept, too. Raises `not-found`, `cancelled`.
    """
    total = after = 0
    until: int | None = None
    while True:
        async with transaction(pool) as connection:
            batch = await lock_batch(connection, owner_id, batch_id)
            if batch["cancelling"]:
                raise BirdsError(Code.CANCELLED, "The batch is being cancelled; ask again when that is done.")
            until = batch["last_seq"] if until is None else until
            part = await _sql.reanswer(
                connection,
                batch_id=batch_id,
                owner_id=owner_id,
                model_id=model_id,
                after=after,
                until=until,
                limit=AT_ONCE,
            )
        total += int(part["photos"])
        if part["photos"] < AT_ONCE:
            return total
        after = part["last"]
