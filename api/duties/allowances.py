"""What keys may use up within a minute or a day, agreed between all api processes (rate limiting).

The ledger counts; a process takes a portion of what is left at a time and gives that out by itself, so
that some hundred requests cost one statement. What it took and did not give out is lost when the window ends.
"""

import asyncio
from dataclasses import dataclass, field

import structlog

from api.duties.quotas import OverLimit, Quota
from shared.errors import LedgerFull
from shared.ledger.database import Pool
from shared.ledger.usage import take_portion
from shared.records import KeyId

PORTIONS = 50  # in a quota: as much of it may be in the hands of another process when somebody is refused

UNCOUNTED, UNCOUNTED_S = 1000, 1.0  # given out, and for how long, while the ledger can write nothing down


@dataclass(slots=True)
class _Portion:
    """What this process may give out of one key's quota until the window ends."""

    left: int = 0
    elsewhere: int = 0  # what was left to all when it was taken
    ends_at: float = float("-inf")
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Allowances:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._portions: dict[tuple[KeyId, str], _Portion] = {}

    async def take(self, key_id: KeyId, quota: Quota, amount: int = 1) -> str:
        """Use up that much; returns how it stands, as a `RateLimit` header. Raises OverLimit."""
        portion = self._portions.setdefault((key_id, quota.name), _Portion())
        if not self._has(portion, amount):
            async with portion.lock:
                await self._fill(portion, key_id, quota, amount)
        self._check(portion, quota, amount)
        portion.left -= amount
        return quota.standing(portion.left + portion.elsewhere, portion.ends_at - _now())

    def check(self, key_id: KeyId, quota: Quota) -> None:
        """Raises OverLimit where it is known that nothing is left; asks nobody."""
        portion = self._portions.get((key_id, quota.name))
        if portion is not None and _now() < portion.ends_at and not portion.elsewhere:
            self._check(portion, quota, 1)

    def _has(self, portion: _Portion, amount: int) -> bool:
        return portion.left >= amount and _now() < portion.ends_at

    def _check(self, portion: _Portion, quota: Quota, amount: int) -> None:
        if portion.left < amount:
            raise OverLimit(quota, portion.ends_at - _now())

    async def _fill(self, portion: _Portion, key_id: KeyId, quota: Quota, amount: int) -> None:
        """A further portion, with room for `amount`, unless somebody fetched one before us."""
        now = _now()
        if now >= portion.ends_at:
            portion.left = 0
        elif self._has(portion, amount) or not portion.elsewhere:
            return
        wanted = max(quota.amount // PORTIONS, amount - portion.left, 1)
        assert quota.window_s is not None
        try:
            taken = await take_portion(self._pool, key_id, quota.name, quota.window_s, wanted)
        except LedgerFull:  # nothing can be counted; whoever makes room must get in
            structlog.get_logger().warning("limits are not counted: the ledger is full")
            portion.left, portion.elsewhere, portion.ends_at = max(UNCOUNTED, wanted), 0, now + UNCOUNTED_S
            return
        before = taken.used - wanted
        portion.left += min(max(quota.amount - before, 0), wanted)
        portion.elsewhere = max(quota.amount - taken.used, 0)
        portion.ends_at = now + taken.ends_in_s


def _now() -> float:
    return asyncio.get_running_loop().time()
