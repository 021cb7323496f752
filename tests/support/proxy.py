"""A TCP proxy that can cut every connection or fall silent, and that some requests don't get through."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

REFUSAL = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Proxy:
    """Passes bytes on to one address; `refuse`: what no request may contain, at any time."""

    def __init__(self, target: str, refuse: bytes | None) -> None:
        parts = urlsplit(target)
        assert parts.hostname
        assert parts.port
        self._target = parts.hostname, parts.port
        self.refuse = refuse
        self._open: set[asyncio.StreamWriter] = set()
        self.url = ""
        self.refused = 0
        self._speaking = asyncio.Event()
        self._speaking.set()
        self._silenced: list[asyncio.Event] = []

    def silence(self) -> None:
        """From now on connections stay open, and nothing gets through."""
        self._speaking.clear()

    def silence_open(self) -> None:
        """Of those that are open now nothing gets through; new ones work."""
        self._speaking.clear()
        self._silenced.append(self._speaking)
        self._speaking = asyncio.Event()
        self._speaking.set()

    def cut(self) -> None:
        for one in (self._speaking, *self._silenced):
            one.set()
        for writer in self._open:
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(*self._target)
        both = {writer, there_writer}
        speaking = self._speaking
        self._open |= both
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._pass_requests(reader, there_writer, writer, speaking))
                tasks.create_task(self._pass_answers(there_reader, writer, speaking))
        except* ConnectionError:
            pass  # one side has gone; the other is closed below
        finally:
            self._open -= both
            for one in both:
                one.close()

    async def _pass_requests(
        self,
        reader: asyncio.StreamReader,
        there: asyncio.StreamWriter,
        back: asyncio.StreamWriter,
        speaking: asyncio.Event,
    ) -> None:
        while data := await reader.read(64 * 1024):
            if self.refuse and self.refuse in data:
                self.refused += 1
                back.write(REFUSAL)
                await back.drain()
                break
            await speaking.wait()
            there.write(data)
            await there.drain()
        raise ConnectionResetError

    async def _pass_answers(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, speaking: asyncio.Event
    ) -> None:
        while data := await reader.read(64 * 1024):
            await speaking.wait()
            writer.write(data)
            await writer.drain()
        raise ConnectionResetError


@asynccontextmanager
async def proxied(target: str, refuse: bytes | None = None) -> AsyncIterator[Proxy]:
    proxy = Proxy(target, refuse)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    proxy.url = f"http://{host}:{port}"
    try:
        yield proxy
    finally:
        server.close()
        proxy.cut()
        await server.wait_closed()
