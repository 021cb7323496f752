"""Sessions with RabbitMQ: a connection that is lost ends the session, and a new session begins.

aio-pika's robust connections restore what they once declared; that hides a wiped broker and has failed
to resume cancelled consumers. Here every session declares what it needs and learns what it finds.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage, AbstractQueue
from aiormq.exceptions import AMQPError

Session = Callable[[AbstractConnection], Awaitable[None]]

HEARTBEAT_S = 30  # a silent peer is noticed within a minute
FIRST_RETRY_S = 0.2
LAST_RETRY_S = 5.0  # a broker restart takes about this long
AWAY = (AMQPError, ConnectionError, OSError, TimeoutError, asyncio.InvalidStateError, RuntimeError)


class SessionLostError(ConnectionError):
    """The broker ended the connection, or cancelled a consumer, while the session was running."""


async def keep_session(url: str, name: str, session: Session) -> None:
    """Run `session` on a connection, again on a new one whenever it is lost; returns when it returns.

    `name` is what the broker's management page shows for the connection.
    """
    log = structlog.get_logger().bind(session=name)
    retry_s = FIRST_RETRY_S
    loop = asyncio.get_running_loop()
    while True:
        began = loop.time()
        try:
            await _one_session(url, name, session)
            return
        except AWAY as error:
            if loop.time() - began > LAST_RETRY_S:
                retry_s = FIRST_RETRY_S
            log.warning("broker session lost", error=repr(error), retry_s=retry_s)
        await asyncio.sleep(retry_s)
        retry_s = min(2 * retry_s, LAST_RETRY_S)


async def _one_session(url: str, name: str, session: Session) -> None:
    connection = await aio_pika.connect(
        url, timeout=10, heartbeat=HEARTBEAT_S, client_properties={"connection_name": name}
    )
    closed = asyncio.ensure_future(connection.closed())
    running = asyncio.ensure_future(session(connection))
    try:
        await asyncio.wait({closed, running}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            raise SessionLostError("connection closed by the broker")
        await running
    finally:
        running.cancel()
        closed.cancel()
        await asyncio.gather(running, closed, return_exceptions=True)
        await connection.close()


async def consume(
    channel: AbstractChannel, queue: AbstractQueue, *, no_ack: bool = False
) -> AsyncIterator[AbstractIncomingMessage]:
    """Begin to consume `queue`; returns its messages as they come.

    Set the channel's prefetch first: it bounds what is held here. The iterator raises SessionLostError
    when the broker cancels the consumer (its queue was deleted, say); `keep_session` notices the rest.
    """
    inbox: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()
    underlay = await channel.get_underlay_channel()
    underlay.on_consumer_cancel_callbacks.add(lambda _: inbox.put_nowait(None))
    await queue.consume(inbox.put, no_ack=no_ack)
    return _messages(inbox)


async def _messages(
    inbox: asyncio.Queue[AbstractIncomingMessage | None],
) -> AsyncIterator[AbstractIncomingMessage]:
    while (message := await inbox.get()) is not None:
        yield message
    raise SessionLostError("the broker cancelled the consumer")
