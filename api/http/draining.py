"""Graceful shutdown: knows which requests are being answered, so that they end before the process."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web


class OpenRequests:
    """aiohttp's own shutdown drops what is still being sent to us; it comes only after they have ended."""

    def __init__(self) -> None:
        self._count = 0
        self._none_left = asyncio.Event()
        self._none_left.set()

    @contextmanager
    def one_more(self) -> Iterator[None]:
        self._count += 1
        self._none_left.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._none_left.set()

    async def ended(self, timeout_s: float) -> bool:
        """Wait until none is open; False if some still are after `timeout_s`."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._none_left.wait()
        except TimeoutError:
            return False
        return True


OPEN_REQUESTS = web.AppKey("open requests", OpenRequests)
