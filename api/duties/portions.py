"""Work that is marked in the ledger and done in portions beside requests, by any process that comes to it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from shared.errors import Away
from shared.records import BatchId, OwnerId

POLL_S = 60.0  # until what a process that died has left is found
PAUSE_S = 0.05  # between two portions, for everybody else
IN_REQUEST = 1000  # photos that are seen to before whoever asks is answered: of most batches all
AT_ONCE = 5000  # photos a transaction: some 100 ms, for which workers with answers for the batch wait
BATCHES = 100  # looked up at once


class Portions:
    """`go_through` does all that is marked, now and every `poll_s`; `name` is for the log."""

    def __init__(self, name: str, go_through: Callable[[], Awaitable[None]], poll_s: float = POLL_S) -> None:
        self._name = name
        self._poll_s = poll_s
        self._go_through = go_through
        self._work = asyncio.Event()

    def wake(self) -> None:
        """There is some."""
        self._work.set()

    async def run(self) -> None:
        while True:
            self._work.clear()
            try:
                await self._go_through()
            except Away as error:
                structlog.get_logger().warning(f"{self._name} put off", error=error.detail)
            try:
                async with asyncio.timeout(self._poll_s):
                    await self._work.wait()
            except TimeoutError:
                pass


class BatchWork(Protocol):
    """What is done to a batch; each portion says whether there is more."""

    async def begin(self, owner: OwnerId, batch_id: BatchId, limit: int) -> bool: ...

    async def marked(self, limit: int) -> list[BatchId]: ...

    async def portion(self, batch_id: BatchId, limit: int) -> bool: ...


class BatchPortions:
    """Work on batches that begins in a request, which does the first portion, and goes on beside requests.

    Each api replica runs one; several at the same batch go on in turns, where the one before has ended.
    """

    def __init__(
        self, name: str, work: BatchWork, tell: Callable[[BatchId], None], poll_s: float = POLL_S
    ) -> None:
        """`tell` is called after each portion."""
        self._work = work
        self._tell = tell
        self._portions = Portions(name, self.do_all, poll_s)

    async def begin(self, owner: OwnerId, batch_id: BatchId) -> None:
        """When this returns the batch is marked, and a small one is done. Raises `not-found`."""
        more = await self._work.begin(owner, batch_id, IN_REQUEST)
        self._tell(batch_id)
        if more:
            self._portions.wake()

    async def run(self) -> None:
        await self._portions.run()

    async def do_all(self) -> None:
        """What is marked now. Raises Away."""
        for batch_id in await self._work.marked(BATCHES):
            more = True
            while more:
                more = await self._work.portion(batch_id, AT_ONCE)
                self._tell(batch_id)
                await asyncio.sleep(PAUSE_S)
