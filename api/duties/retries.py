"""Queues failed photos again, in portions beside requests: a million takes most of a minute."""

import asyncio

from api.duties.feed import Feed
from api.duties.portions import PAUSE_S, Portions
from api.duties.relay import Relay
from shared.ledger.database import Pool
from shared.ledger.retries import begin_retry, retried_batches, retry_portion
from shared.records import BatchId, OwnerId

IN_REQUEST = 1000  # photos that are queued before whoever asks is answered: of most batches all
AT_ONCE = 5000  # photos a transaction: some 100 ms, for which workers with answers for the batch wait
BATCHES = 100  # looked up at once


class Retries:
    """Each api replica runs one; several at the same batch go on in turns, where the one before has ended."""

    def __init__(self, pool: Pool, relay: Relay, feed: Feed) -> None:
        self._pool = pool
        self._relay = relay
        self._feed = feed
        self._portions = Portions("retry", self.retry_all)

    async def retry(self, owner: OwnerId, batch_id: BatchId) -> None:
        """When this returns the batch is to be retried, and a small one has been. Raises `not-found`."""
        more = await begin_retry(self._pool, owner, batch_id, IN_REQUEST)
        self._tell(batch_id)
        if more:
            self._portions.wake()

    async def run(self) -> None:
        await self._portions.run()

    async def retry_all(self) -> None:
        """What is marked now. Raises Away."""
        for batch_id in await retried_batches(self._pool, BATCHES):
            more = True
            while more:
                more = await retry_portion(self._pool, batch_id, AT_ONCE)
                self._tell(batch_id)
                await asyncio.sleep(PAUSE_S)

    def _tell(self, batch_id: BatchId) -> None:
        self._relay.wake()
        self._feed.announce(batch_id)
