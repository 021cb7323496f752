"""The feed of a batch: answers and labels, in the one order of their seqs."""

from collections.abc import Sequence

from shared.ledger.database import Pool
from shared.ledger.labels import LabelEvent, labels_after
from shared.ledger.photos import results_after
from shared.records import Batch, Photo

Event = Photo | LabelEvent


async def events_after(pool: Pool, batch: Batch, after: int, limit: int) -> list[Event]:
    """The next `limit` events with seq > `after` that were there when `batch` was read, in seq order.

    Nothing later is told: what has come since may be seen by one of the two statements and not by the other.
    """
    until = batch.feed_seq
    photos = await results_after(pool, batch.id, after, limit, until)
    if _has_no_gaps(photos, after) and (len(photos) == limit or after + len(photos) == until):
        return list(photos)
    events: list[Event] = [*photos, *await labels_after(pool, batch.id, after, limit, until)]
    return sorted(events, key=lambda event: event.seq or 0)[:limit]


def _has_no_gaps(photos: Sequence[Photo], after: int) -> bool:
    return not photos or photos[-1].seq == after + len(photos)
