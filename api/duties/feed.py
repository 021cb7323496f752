"""Tells readers of a batch that its feed has grown (publish and subscribe).

Hints from the workers come through RabbitMQ's fan-out and may be lost; the ledger is the truth, so a
watcher's wait also ends after a while, and every watcher looks again after the session was lost.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from shared.broker.hints import subscribe
from shared.broker.session import Session, keep_session
from shared.errors import SessionLost


class Watcher:
    """One reader's view of one batch: `changed` returns when it is worth looking at the ledger."""

    def __init__(self) -> None:
        self._news = asyncio.Event()

    def tell(self) -> None:
        self._news.set()

    async def changed(self, timeout_s: float) -> bool:
        """Wait for news since the last call, at most `timeout_s`; says whether there was any."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._news.wait()
        except TimeoutError:
            return False
        self._news.clear()
        return True


class Feed:
    """The hints of all workers, handed to whoever watches the batch they are about."""

    def __init__(self, amqp_url: str) -> None:
        self._amqp_url = amqp_url
        self._watchers: defaultdict[UUID, set[Watcher]] = defaultdict(set)
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

    def announce(self, batch_id: UUID) -> None:
        """Wake this process's watchers of a batch."""
        for watcher in self._watchers.get(batch_id, ()):
            watcher.tell()

    async def run(self) -> None:
        await keep_session(self._amqp_url, "birds api: feed", self._session)

    async def _session(self, session: Session) -> None:
        hints = await subscribe(session)
        self._connected = True
        self._tell_everyone()  # hints may have been lost while nobody consumed
        try:
            async for hint in hints:
                self.announce(hint.batch_id)
        finally:
            self._connected = False

    def _tell_everyone(self) -> None:
        for batch_id in list(self._watchers):
            self.announce(batch_id)
