"""Whether the ledger is right about itself."""

from collections.abc import AsyncIterator
from functools import partial

from api.operator.findings import Finding
from api.settings import ApiSettings
from shared.ledger import upkeep
from shared.ledger.batches import close_batch
from shared.ledger.database import Pool
from shared.objects import ObjectStore

SINGLE_S = 24 * 3600.0  # a single classification takes seconds
DELETION_S = 3600.0  # a million photos take minutes


async def look_at_ledger(_: ApiSettings, pool: Pool, __: ObjectStore) -> AsyncIterator[Finding]:
    for batch_id in await upkeep.miscounted_batches(pool):
        what = f"The counts of batch {batch_id} are not those of its photos."
        yield Finding(what, partial(upkeep.recount, pool, batch_id))
    for owner, batch_id in await upkeep.stuck_batches(pool, SINGLE_S):
        what = f"The single classification {batch_id} was never closed."
        yield Finding(what, partial(close_batch, pool, owner, batch_id))
    if left := await upkeep.stuck_deletions(pool, DELETION_S):
        yield Finding(
            f"Deleted batches that are not gone after an hour: {left:,}. A running api removes them."
        )
