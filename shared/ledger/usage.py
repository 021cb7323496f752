"""What keys have used up of what they may, and what they hold open, as all api processes know it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from shared.ledger.database import Pool
from shared.ledger.statements import statements
from shared.records import KeyId, OwnerId

_sql = statements("usage")
Hold = tuple[KeyId, str]
"""A key, and the name of the quota that something is held open of."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Of a quota in the present window by all processes, more than there is where many asked."""

    used: int
    ends_in_s: float


async def take_portion(pool: Pool, key_id: KeyId, quota: str, window_s: int, wanted: int) -> Taken:
    """Take `wanted` of a key's quota, which is granted as far as `used` stays within it."""
    row = await _sql.take_portion(pool, key_id=key_id, quota=quota, window_s=window_s, wanted=wanted)
    return Taken(row["used"], row["ends_in_s"])


async def tell_holds(
    pool: Pool, process_id: UUID, holds: Mapping[Hold, int], gone_after_s: float
) -> dict[Hold, int]:
    """Tell the others what this process holds open; returns what they do.

    Who has told nothing for `gone_after_s` is gone.
    """
    await _sql.tell_holds(
        pool,
        process_id=process_id,
        key_ids=[key_id for key_id, _ in holds],
        quotas=[quota for _, quota in holds],
        helds=list(holds.values()),
        gone_after_s=gone_after_s,
    )
    rows = _sql.holds_elsewhere(pool, process_id=process_id, gone_after_s=gone_after_s)
    return {(KeyId(row["key_id"]), row["quota"]): row["held"] async for row in rows}


async def queued_of_owner(pool: Pool, owner_id: OwnerId) -> int:
    return int(await _sql.queued_of_owner(pool, owner_id=owner_id))


async def open_batches_of_owner(pool: Pool, owner_id: OwnerId) -> int:
    return int(await _sql.open_batches_of_owner(pool, owner_id=owner_id))


async def webhooks_of_owner(pool: Pool, owner_id: OwnerId) -> int:
    return int(await _sql.webhooks_of_owner(pool, owner_id=owner_id))
