"""Queues failed photos again, in portions beside requests: a million takes most of a minute."""

from dataclasses import dataclass

from api.duties.feed import Feed
from api.duties.portions import BatchPortions
from api.duties.relay import Relay
from shared.ledger.database import Pool
from shared.ledger.retries import begin_retry, retried_batches, retry_portion
from shared.records import BatchId, OwnerId


def retries_of(pool: Pool, relay: Relay, feed: Feed) -> BatchPortions:
    def tell(batch_id: BatchId) -> None:
        relay.wake()
        feed.announce(batch_id)

    return BatchPortions("retry", _Retry(pool), tell)


@dataclass(frozen=True, slots=True)
class _Retry:
    pool: Pool

    async def begin(self, owner: OwnerId, batch_id: BatchId, limit: int) -> bool:
        return await begin_retry(self.pool, owner, batch_id, limit)

    async def marked(self, limit: int) -> list[BatchId]:
        return await retried_batches(self.pool, limit)

    async def portion(self, batch_id: BatchId, limit: int) -> bool:
        return await retry_portion(self.pool, batch_id, limit)
