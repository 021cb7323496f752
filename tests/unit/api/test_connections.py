"""Connections that bring no request take nobody's place."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from api.http import connections
from tests.support.bare_api import bare_api, said

PROBE = b"GET /healthz HTTP/1.1\r\nHost: birds\r\nConnection: close\r\n\r\n"
MOST = 20


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with bare_api(connections_per_address=MOST) as port:
        yield port


async def silent(port: int, begun: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(begun)
    return reader, writer


async def test_silent_connections_leave_room_for_requests(port: int) -> None:
    held = [await silent(port) for _ in range(3 * MOST)]
    assert b"200 OK" in await said(port, PROBE)
    async with asyncio.timeout(5):  # the oldest have gone
        await asyncio.gather(*(reader.read() for reader, _ in held[:MOST]), return_exceptions=True)
    for _, writer in held:
        writer.close()


async def test_a_connection_that_has_asked_stays_longer_than_silent_ones(port: int) -> None:
    reader, writer = await silent(port, PROBE.replace(b"close", b"keep-alive"))
    await reader.readuntil(b"}")
    held = [await silent(port) for _ in range(3 * MOST)]
    writer.write(PROBE)
    assert b"200 OK" in await reader.read()
    for _, one in (*held, (reader, writer)):
        one.close()


@pytest.mark.parametrize("begun", [b"", b"GET / HT", PROBE[:-2]])
async def test_a_header_that_does_not_come_ends_the_connection(
    monkeypatch: pytest.MonkeyPatch, port: int, begun: bytes
) -> None:
    monkeypatch.setattr(connections, "HEADER_S", 0.05)
    reader, writer = await silent(port, begun)
    async with asyncio.timeout(5):
        try:
            assert await reader.read() == b""
        except ConnectionResetError:
            pass  # aborted, in whatever way it is seen
    writer.close()


async def test_few_descriptors_keep_a_reserve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections.resource, "getrlimit", lambda _: (256, 256))
    monkeypatch.setattr(connections.resource, "setrlimit", lambda *_: None)
    assert connections._most_connections() == 256 - connections.RESERVED
    monkeypatch.setattr(connections, "_most_connections", lambda: MOST)
    async with bare_api(connections_per_address=0) as port:
        held = [await silent(port) for _ in range(3 * MOST)]
        assert b"200 OK" in await said(port, PROBE)
        for _, writer in held:
            writer.close()
