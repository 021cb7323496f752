"""Ends the photos of cancelled batches, in portions beside requests: 300,000 take half a minute."""

from dataclasses import dataclass

from api.duties.feed import Feed
from api.duties.portions import BatchPortions
from shared.ledger.cancellations import begin_cancel, cancel_portion, cancelling_batches
from shared.ledger.database import Pool
from shared.records import BatchId, OwnerId

AGAIN_S = 10.0  # the relay may be at the same photos, and then one of the two has to begin anew


def cancellations_of(pool: Pool, feed: Feed) -> BatchPortions:
    return BatchPortions("cancellation", _Cancellation(pool), feed.announce, AGAIN_S)


@dataclass(frozen=True, slots=True)
class _Cancellation:
    pool: Pool

    async def begin(self, owner: OwnerId, batch_id: BatchId, limit: int) -> bool:
        return await begin_cancel(self.pool, owner, batch_id, limit)

    async def marked(self, limit: int) -> list[BatchId]:
        return await cancelling_batches(self.pool, limit)

    async def portion(self, batch_id: BatchId, limit: int) -> bool:
        return await cancel_portion(self.pool, batch_id, limit)
