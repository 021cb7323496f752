"""Sessions with RabbitMQ: a connection that is lost ends the session, and a new session begins.

aio-pika's robust connections restore what they once declared; that hides a wiped broker and has failed
to resume cancelled consumers. Here every session declares what it needs and learns what it finds.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection
from yarl import URL

from shared.errors import Away, BirdsError, SessionLost
from shared.lifecycle import first_of
from shared.patience import LAST_S, Patience

CONNECT_S = 10.0
CLOSE_S = 5.0  # a broker that is silent does not answer to that either
HEARTBEAT_S = 9  # where the URL says no other; a peer that was silent for 3 × (this + 1) is gone


@contextmanager
def translated() -> Iterator[None]:
    """The door itself: for calls of the driver and nothing else. Raises SessionLost.

    The driver has no class of its own for a connection that is going or gone: a closed channel is a
    RuntimeError, an answer that comes too late an InvalidStateError, a handshake that is cut off a
    StopAsyncIteration, and what a load balancer says whose server is away may be anything.
    """
    try:
        yield
    except BirdsError:
        raise
    except Exception as error:
        raise SessionLost(repr(error)) from error


class Session:
    """One connection for as long as it lasts."""

    def __init__(self, connection: AbstractConnection) -> None:
        self._connection = connection

    async def channel(self, *, confirms: bool = False, prefetch: int = 0) -> AbstractChannel:
        """For the other modules of this door. `confirms`: each publish waits until the broker has taken it,
        and raises for what it can't route."""
        with translated():
            channel = await self._connection.channel(publisher_confirms=confirms, on_return_raises=confirms)
            if prefetch:
                await channel.set_qos(prefetch_count=prefetch)
            return channel

    async def is_blocked(self) -> bool:
        """Whether the broker has told this connection that it reads nothing of it: it is low on memory or
        disk (a resource alarm). It tells those that publish, as they do."""
        try:
            async with asyncio.timeout(0):
                await self.unblocked()
        except TimeoutError:
            return True
        return False

    async def unblocked(self) -> None:
        """Wait until the broker reads from this connection again, or it is closed."""
        if (transport := self._connection.transport) is not None:
            with translated():
                await transport.ready()


Run = Callable[[Session], Coroutine[Any, Any, None]]


async def keep_session(url: str, name: str, run: Run, stop: asyncio.Event | None = None) -> None:
    """`run` on a connection, again on a new one whenever it is lost, or another server is away.

    Returns when `run` returns, or when it is lost and `stop` is set. `name` is what the broker's management
    page shows for the connection. Whatever else `run` raises is a fault of ours, and raised.
    """
    stop = stop or asyncio.Event()
    log = structlog.get_logger().bind(session=name)
    patience = Patience()
    loop = asyncio.get_running_loop()
    while True:
        began = loop.time()
        try:
            await _one_session(url, name, run)
            return
        except Away as error:
            log.warning("session lost", error=error.detail)
        if loop.time() - began > LAST_S:
            patience.reset()
        await patience.pause(stop)
        if stop.is_set():
            return


async def once(url: str, name: str, run: Run) -> None:
    """`run` on one connection. Raises SessionLost."""
    await _one_session(url, name, run)


async def _one_session(url: str, name: str, run: Run) -> None:
    with translated():
        connection = await aio_pika.connect(
            URL(url) % {"heartbeat": URL(url).query.get("heartbeat", HEARTBEAT_S)},
            timeout=CONNECT_S,
            client_properties={"connection_name": name},
        )
    closed = asyncio.Event()  # `connection.closed()` would tell of our own closing only
    connection.close_callbacks.add(lambda *_: closed.set())
    try:
        await first_of(run(Session(connection)), _raise_when(closed))
    finally:
        await _leave(connection)


async def _leave(connection: AbstractConnection) -> None:
    """What goes wrong with it now changes nothing: raised, it would take the place of a cancellation."""
    with suppress(Exception):
        async with asyncio.timeout(CLOSE_S):
            await connection.close()


async def _raise_when(closed: asyncio.Event) -> None:
    await closed.wait()
    raise SessionLost("the connection was closed")
