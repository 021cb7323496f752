"""Photos that nobody waits for any more, of cancelled batches, are acknowledged without being looked at."""

import asyncio

import structlog
from prometheus_client import Counter

from shared.errors import LedgerAway
from shared.ledger.cancellations import is_queued, lately_cancelled
from shared.ledger.database import Pool
from shared.messages import PhotoJob
from shared.records import BatchId, PhotoId

POLL_S = 5.0  # what is answered in this time after a cancel is answered in vain, which harms nothing
WITHIN_S = 24 * 3600.0  # messages of batches that were cancelled earlier are few, if there are any
SKIPPED = Counter("birds_photos_skipped_total", "Photos not looked at since nobody waits for them")


class CancelledBatches:
    """Those of lately, as far as is known; each of their photos is asked for, as it may be queued again."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._ids: set[BatchId] = set()

    async def follow(self) -> None:
        while True:
            try:
                await self.look()
            except LedgerAway as error:
                structlog.get_logger().warning("cancelled batches not looked up", error=error.detail)
            await asyncio.sleep(POLL_S)

    async def look(self) -> None:
        """Raises LedgerAway."""
        self._ids = await lately_cancelled(self._pool, WITHIN_S)

    async def skips(self, job: PhotoJob) -> bool:
        """Whether nobody waits for this photo; no photo of another batch is asked about."""
        if job.batch_id not in self._ids:
            return False
        try:
            skipped = not await is_queued(self._pool, PhotoId(job.photo_id))
        except LedgerAway:
            return False
        SKIPPED.inc(skipped)
        return skipped
