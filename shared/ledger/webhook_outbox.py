"""Deliveries on their way out (transactional outbox): claimed, settled, and forgotten when they are old.

A webhook is in the hands of one process at a time, which sends it one delivery: so none is sent twice at
once, and one webhook that is slow keeps nobody else's waiting.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.ledger.database import Pool
from shared.ledger.statements import statements

_sql = statements("webhook_outbox")
FORGOTTEN_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """To be sent by whoever got this, who has the webhook until `held_until`."""

    id: UUID
    webhook_id: UUID
    held_until: datetime
    url: str
    secrets: list[str]
    """The new one first; each signs."""
    event: str
    body: str
    failures: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of sending one."""

    status: int | None
    """None: no answer by HTTP."""
    problem: str | None
    """Why it is not delivered; None: it is."""
    took_s: float
    retry_after_s: float | None = None


async def claim_deliveries(pool: Pool, lease_s: float, limit: int) -> list[ClaimedDelivery]:
    """Of as many webhooks that nobody else is at, the delivery that is due first; those that waited longest
    first."""
    return [ClaimedDelivery(**row) async for row in _sql.claim_deliveries(pool, lease_s=lease_s, limit=limit)]


async def settle_delivery(
    pool: Pool,
    claimed: ClaimedDelivery,
    attempt: Attempt,
    *,
    again_s: float | None,
    rest_s: float,
    gone: bool,
    tried_for_s: float,
) -> bool:
    """Write down what came of it, and let go of the webhook, after `rest_s`. `gone`: it is switched off; so
    it is where this delivery failed for good, and none was taken in the last `tried_for_s`.

    False where others have it by now: then nothing is written, and they send the same again.
    """
    settled = await _sql.settle_delivery(
        pool,
        id=claimed.id,
        webhook_id=claimed.webhook_id,
        held_until=claimed.held_until,
        status=attempt.status,
        problem=attempt.problem,
        took_s=attempt.took_s,
        again_s=again_s,
        rest_s=rest_s,
        gone=gone,
        given_up=attempt.problem is not None and again_s is None and not gone,
        tried_for_s=tried_for_s,
    )
    return settled is not None


async def waiting_deliveries(pool: Pool) -> int:
    """That will be attempted, at some time."""
    return int(await _sql.waiting_deliveries(pool))


async def forget_deliveries(pool: Pool, older_than_s: float) -> None:
    """Whether they were delivered or not."""
    while True:
        gone = await _sql.forget_deliveries(pool, older_than_s=older_than_s, limit=FORGOTTEN_AT_ONCE)
        if gone < FORGOTTEN_AT_ONCE:
            return
