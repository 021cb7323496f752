"""What keys hold open at one time over all api processes, which tell each other by the ledger."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from api.duties.quotas import OverLimit, Quota
from shared.errors import Away
from shared.ledger.database import Pool
from shared.ledger.usage import Hold, tell_holds
from shared.records import KeyId, new_id

TELL_S = (
    2.0  # between two words to the others: as long, two processes may let in one more each than they should
)
GONE_AFTER_S = 10.0  # who has said nothing for so long holds nothing


class Holds:
    """Counts what is open here, and knows what is open elsewhere."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._process_id = new_id()
        self._here: Counter[Hold] = Counter()
        self._elsewhere: dict[Hold, int] = {}
        self._told = False

    @asynccontextmanager
    async def hold(self, key_id: KeyId, quota: Quota) -> AsyncIterator[None]:
        """One of them, for as long as the block runs. Raises OverLimit."""
        one = key_id, quota.name
        self._here[one] += 1
        try:
            if not self._told:  # who held nothing has not heard of the others, either
                await self._tell_if_possible()
            if self._here[one] + self._elsewhere.get(one, 0) > quota.amount:
                raise OverLimit(quota, GONE_AFTER_S)
            yield
        finally:
            self._here[one] -= 1
            if not self._here[one]:
                del self._here[one]

    async def run(self) -> None:
        while True:
            await self._tell_if_possible()
            await asyncio.sleep(TELL_S)

    async def tell(self) -> None:
        """And hear from the others; who holds nothing costs nothing. Raises LedgerAway."""
        if not self._here and not self._told:
            self._elsewhere = {}
            return
        here = dict(self._here)
        self._elsewhere = await tell_holds(self._pool, self._process_id, here, GONE_AFTER_S)
        self._told = bool(here)

    async def _tell_if_possible(self) -> None:
        try:
            await self.tell()
        except Away as error:
            structlog.get_logger().warning("limits are not told to other processes", error=error.detail)
