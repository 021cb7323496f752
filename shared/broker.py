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


async def keep_session(url: str, name: str, session: Session, stop: asyncio.Event | None = None) -> None:
    """Run `session` on a connection, again on a new one whenever it is lost.

    Returns when the session returns, or when it is lost and `stop` is set. `name` is what the broker's
    management page shows for the connection.
    """
    stop = stop or asyncio.Event()
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
        try:
            async with asyncio.timeout(retry_s):
                await stop.wait()
                return
        except TimeoutError:
            retry_s = min(2 * retry_s, LAST_RETRY_S)


async def _one_session(url: str, name: str, session: Session) -> None:
    connection = await aio_pika.connect(
        url, timeout=10, heartbeat=HEARTBEAT_S, client_properties={"connection_name": name}
    )
    closed = asyncio.Event()  # `connection.closed()` would tell of our own closing only
    connection.close_callbacks.add(lambda *_: closed.set())
    watching = asyncio.ensure_future(closed.wait())
    running = asyncio.ensure_future(session(connection))
    try:
        await asyncio.wait({watching, running}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            raise SessionLostError("connection closed by the broker")
        await running
    finally:
        running.cancel()
        watching.cancel()
        await asyncio.gather(running, watching, return_exceptions=True)
        await connection.close()


class Consumer:
    """Iterate over it for the messages of one queue, as they come.

    The iteration raises SessionLostError when the broker cancels the consumer (its queue was deleted,
    say); what else can be lost, `keep_session` notices.
    """

    def __init__(self, queue: AbstractQueue) -> None:
        self._queue = queue
        self._inbox: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()
        self._tag = ""

    async def begin(self, channel: AbstractChannel, no_ack: bool) -> None:
        underlay = await channel.get_underlay_channel()
        underlay.on_consumer_cancel_callbacks.add(lambda _: self._inbox.put_nowait(None))
        channel.close_callbacks.add(lambda *_: self._inbox.put_nowait(None))  # a delivery held too long, say
        self._tag = await self._queue.consume(self._inbox.put, no_ack=no_ack)

    async def cancel(self) -> None:
        """Take no more; what was delivered and is not acknowledged stays ours until the channel closes."""
        await self._queue.cancel(self._tag)

    async def __aiter__(self) -> AsyncIterator[AbstractIncomingMessage]:
        while (message := await self._inbox.get()) is not None:
            yield message
        raise SessionLostError("the broker ended the consumer")


async def consume(channel: AbstractChannel, queue: AbstractQueue, *, no_ack: bool = False) -> Consumer:
    """Begin to consume `queue`; set the channel's prefetch first, it bounds what is held here."""
    consumer = Consumer(queue)
    await consumer.begin(channel, no_ack)
    return consumer
