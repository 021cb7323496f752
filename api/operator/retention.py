"""`birds-api retention`: deletes batches that are too old, or too much."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.errors import BirdsError, Code
from shared.ledger.database import Pool
from shared.ledger.deletions import mark_deleted
from shared.ledger.upkeep import Retired, batches_to_retire

DAY_S = 24 * 3600
GB = 1000**3


@dataclass(frozen=True, slots=True)
class Retention:
    """What is kept; None: however old, however much."""

    days: float | None
    gigabytes: float | None


async def retire(pool: Pool, keep: Retention, tell: Callable[[str], None], *, dry_run: bool) -> list[Retired]:
    """Finished batches only, oldest first. A running api removes what is marked here, in portions."""
    found = await batches_to_retire(
        pool,
        None if keep.days is None else keep.days * DAY_S,
        None if keep.gigabytes is None else int(keep.gigabytes * GB),
    )
    for batch in found:
        if not dry_run:
            await _delete(pool, batch)
        when = batch.finished_at.strftime("%Y-%m-%d")
        size = f"{batch.photos:,} photos, {batch.bytes / GB:.2f} GB"
        tell(f"{batch.id} of {batch.owner}, finished {when}: {size}")
    verb = "would be deleted" if dry_run else "are deleted"
    tell(f"{len(found):,} batches {verb}, {sum(batch.bytes for batch in found) / GB:.2f} GB")
    return found


async def _delete(pool: Pool, batch: Retired) -> None:
    try:
        await mark_deleted(pool, batch.owner_id, batch.id)
    except BirdsError as error:
        if error.code is not Code.NOT_FOUND:  # its owner was quicker
            raise
