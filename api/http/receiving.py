"""Bodies that are too large to be read whole: streamed, with a limit on their size and a least rate."""

import asyncio

from aiohttp import web

from shared.errors import BirdsError, Code

LEAST_BYTES = 64 * 1024  # in the time that may pass without


async def hold_expectation(_: web.Request) -> None:
    """For `Expect: 100-continue`: the client is told to send its body only once we know that we want it."""


class RequestBody:
    """The body of a request, chunk by chunk, with a limit on its size and a floor under its rate: what drips
    holds memory and places as what has stopped does."""

    def __init__(self, request: web.Request, max_bytes: int, idle_s: float) -> None:
        """Raises `too-large` if the request says so itself."""
        self._request = request
        self._left = max_bytes
        self._max_bytes = max_bytes
        self._idle_s = idle_s
        self._waited_s = 0.0  # for the client, since LEAST_BYTES came last; not while it waits for us
        self._came = 0
        if (request.content_length or 0) > max_bytes:
            raise self._too_large()

    async def begin(self) -> None:
        """Ask a client for its body that waits to be asked."""
        if self._request.headers.get("Expect", "").lower() == "100-continue":
            await self._request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._request.writer.output_size = 0  # what has been written is not the answer

    async def read(self) -> bytes:
        """The next chunk; none at the end. Raises `too-large`, `invalid-request`, ConnectionError."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(self._idle_s - self._waited_s):
                chunk = await self._request.content.readany()
        except TimeoutError:
            detail = f"Only {self._came:,} bytes of the body came in {self._idle_s:g} s."
            raise BirdsError(Code.INVALID_REQUEST, detail) from None
        self._waited_s += loop.time() - began
        self._came += len(chunk)
        if self._came >= LEAST_BYTES:
            self._waited_s, self._came = 0.0, 0
        self._left -= len(chunk)
        if self._left < 0:
            raise self._too_large()
        return chunk

    def _too_large(self) -> BirdsError:
        return BirdsError(Code.TOO_LARGE, f"A request may have {self._max_bytes:,} bytes.")
