"""Whatever stands where the broker should be, and whatever it says, is a broker that is away."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from pamqp import frame
from pamqp.commands import Channel, Connection

from shared.broker import session
from shared.broker.session import Session
from shared.errors import SessionLost

HANDSHAKE = b"".join(
    frame.marshal(said, channel)
    for channel, said in (
        (0, Connection.Start(server_properties={"capabilities": {"consumer_cancel_notify": True}})),
        (0, Connection.Tune(channel_max=2047, frame_max=131072, heartbeat=60)),
        (0, Connection.OpenOk()),
        (1, Channel.OpenOk()),
    )
)
"""What a broker says until its first channel is open."""


@asynccontextmanager
async def saying(words: bytes) -> AsyncIterator[str]:
    """A server that says this to whoever connects, and hangs up; where it is."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(words)
        writer.write_eof()
        with suppress(ConnectionError):  # read to the end: to close with something unread would be a reset
            await reader.read()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        yield f"amqp://guest:guest@{host}:{port}/"
    finally:
        server.close()


async def use(of: Session) -> None:
    await of.channel()
    await asyncio.Event().wait()


async def assert_lost(words: bytes) -> None:
    async with saying(words) as url, asyncio.timeout(5):
        with pytest.raises(SessionLost):
            await session._one_session(url, "test", use)


async def test_a_handshake_that_ends_at_any_byte_is_a_lost_session() -> None:
    for end in range(len(HANDSHAKE) + 1):
        await assert_lost(HANDSHAKE[:end])


async def test_a_handshake_that_is_damaged_is_a_lost_session() -> None:
    dice = random.Random(14)
    for _ in range(200):
        words = bytearray(HANDSHAKE)
        for _ in range(dice.randrange(1, 4)):
            words[dice.randrange(len(words))] = dice.randrange(256)
        await assert_lost(bytes(words))


async def test_another_server_is_a_lost_session() -> None:
    await assert_lost(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
