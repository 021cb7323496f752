"""Tells readers of a batch that its feed has grown (publish and subscribe).

Hints from the workers come through RabbitMQ's fan-out and may be lost; the ledger is the truth, so it is
asked every now and then which of the watched batches have changed, all of them in one question.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import structlog

from shared.broker.hints import subscribe
from shared.broker.session import Session, keep_session
from shared.errors import LedgerAway, SessionLost
from shared.ledger.batches import batch_versions
from shared.ledger.database import Pool
from shared.records import BatchId

FEW = 20  # watchers of one batch that are woken whenever there is something
A_WATCHER_S = 100e-6  # of rest after a waking for each of more: thrice what it takes to send one its news


class Watcher:
    """One reader's view of one batch: `changed` returns when it is worth looking at the ledger."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._has_news = False
        self._waking: asyncio.Future[None] | None = None

    def tell(self) -> None:
        self._has_news = True
        if self._waking is not None:
            _wake(self._waking)

    async def changed(self, timeout_s: float) -> bool:
        """Wait for news since the last call, at most `timeout_s`; says whether there was any.

        By hand, since thousands of readers do nothing else: an event with a timeout costs more.
        """
        if not self._has_news:
            self._waking = self._loop.create_future()
            timer = self._loop.call_later(timeout_s, _wake, self._waking)
            try:
                await self._waking
            finally:
                timer.cancel()
                self._waking = None
        told, self._has_news = self._has_news, False
        return told


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


class Feed:
    """The hints of all workers, handed to whoever watches the batch they are about."""

    def __init__(self, amqp_url: str) -> None:
        self._amqp_url = amqp_url
        self._watchers: defaultdict[UUID, set[Watcher]] = defaultdict(set)
        self._versions: dict[UUID, str | None] = {}
        self._woken_at: dict[UUID, float] = {}
        self._waking: dict[UUID, asyncio.TimerHandle] = {}
        self._connected = False

    @property
    def connected(self) -> bool:
        """Whether hints are being consumed."""
        return self._connected

    def check(self) -> None:
        """Raises SessionLost while no hints are consumed."""
        if not self._connected:
            raise SessionLost("no session")

    @asynccontextmanager
    async def watch(self, batch_id: UUID) -> AsyncIterator[Watcher]:
        """Begin before reading the ledger, so that nothing falls between the look and the wait."""
        watcher = Watcher()
        self._watchers[batch_id].add(watcher)
        try:
            yield watcher
        finally:
            self._watchers[batch_id].discard(watcher)
            if not self._watchers[batch_id]:
                del self._watchers[batch_id]
                self._woken_at.pop(batch_id, None)

    def announce(self, batch_id: UUID) -> None:
        """Wake this process's watchers of a batch, soon if there are many who have just been woken."""
        if batch_id in self._waking:
            return
        loop = asyncio.get_running_loop()
        rested_at = self._woken_at.get(batch_id, 0.0) + A_WATCHER_S * len(self._watchers.get(batch_id, ()))
        if loop.time() >= rested_at:
            self._wake(batch_id)
        else:
            self._waking[batch_id] = loop.call_at(rested_at, self._wake, batch_id)

    def _wake(self, batch_id: UUID) -> None:
        self._waking.pop(batch_id, None)
        watchers = self._watchers.get(batch_id, ())
        if len(watchers) > FEW:
            self._woken_at[batch_id] = asyncio.get_running_loop().time()
        for watcher in watchers:
            watcher.tell()

    async def run(self) -> None:
        await keep_session(self._amqp_url, "birds api: feed", self._session)

    async def compare_forever(self, pool: Pool, every_s: float) -> None:
        """Find what no hint has told of."""
        while True:
            await asyncio.sleep(every_s)
            try:
                await self.compare(pool)
            except LedgerAway as error:
                structlog.get_logger().warning("watched batches not looked at", error=error.detail)

    async def compare(self, pool: Pool) -> None:
        """Wake the watchers of batches that have changed since the last time, or are new here: those may have
        changed between their watchers' look and this one. Raises LedgerAway."""
        watched = [BatchId(batch_id) for batch_id in self._watchers]
        found = await batch_versions(pool, watched) if watched else {}
        before, self._versions = self._versions, {one: found.get(one) for one in watched}
        for batch_id, version in self._versions.items():
            if batch_id not in before or version != before[batch_id]:
                self.announce(batch_id)

    async def _session(self, session: Session) -> None:
        hints = await subscribe(session)
        self._connected = True
        self.tell_everyone()  # hints may have been lost while nobody consumed
        try:
            async for hint in hints:
                self.announce(hint.batch_id)
        finally:
            self._connected = False

    def tell_everyone(self) -> None:
        """Wake all watchers: each looks for itself."""
        for batch_id in list(self._watchers):
            self.announce(batch_id)
