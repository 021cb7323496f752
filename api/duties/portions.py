"""Work that is marked in the ledger and done in portions beside requests, by any process that comes to it."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from shared.errors import Away

POLL_S = 60.0  # until what a process that died has left is found
PAUSE_S = 0.05  # between two portions, for everybody else


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
