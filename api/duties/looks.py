"""What all readers of a batch want to see at the same moment, read once (single flight)."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass

from shared.ledger.batches import get_batch
from shared.ledger.database import Pool
from shared.ledger.feed import Event, events_after
from shared.records import Batch, BatchId, OwnerId

PAGE = 200  # events in memory for each place that readers of a batch have come to

_Key = tuple[OwnerId, BatchId, int]


@dataclass(slots=True)
class Look:
    """A batch, and the first events of its feed after a seq.

    The batch was asked first: where it was finished then, and the page is not full, there is no more.
    """

    batch: Batch
    events: list[Event]
    frames: bytes | None = None
    """What websockets are sent of the events, made by the first and sent by all."""
    progress: bytes | None = None
    """So of the batch."""


class Looks:
    """Whoever asks while a look is taken waits for the next one, and so sees what was there when it asked."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._next: dict[_Key, _Taking] = {}
        self._now: dict[_Key, asyncio.Task[Look]] = {}

    async def after(self, owner: OwnerId, batch_id: BatchId, seq: int) -> Look:
        """Raises what the ledger raises: BirdsError (not-found), LedgerAway."""
        key = owner, batch_id, seq
        taking = self._next.get(key)
        if taking is None:
            taking = self._next[key] = _Taking(self._take(key))
        return await taking.look()

    async def _take(self, key: _Key) -> Look:
        owner, batch_id, seq = key
        if (before := self._now.get(key)) is not None:
            await asyncio.wait({before})
        await asyncio.sleep(0)  # readers that were woken together ask together
        self._now[key] = self._next.pop(key).task
        try:
            batch = await get_batch(self._pool, owner, batch_id)
            return Look(batch, await events_after(self._pool, batch, seq, PAGE))
        finally:
            del self._now[key]


class _Taking:
    """A look that is being taken, for any number of readers: one that is cancelled takes it from none of the
    others (as with `asyncio.shield`, which costs more)."""

    def __init__(self, work: Coroutine[None, None, Look]) -> None:
        self.task = asyncio.create_task(work, name="look at a batch")
        self.task.add_done_callback(self._tell)
        self._readers: list[asyncio.Future[Look]] = []

    def look(self) -> asyncio.Future[Look]:
        reader = self.task.get_loop().create_future()
        self._readers.append(reader)
        return reader

    def _tell(self, task: asyncio.Task[Look]) -> None:
        error = None if task.cancelled() else task.exception()
        for reader in self._readers:
            if task.cancelled():
                reader.cancel()
            elif reader.done():
                continue  # it was cancelled
            elif error is None:
                reader.set_result(task.result())
            else:
                reader.set_exception(error)
