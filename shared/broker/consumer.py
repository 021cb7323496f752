"""Takes messages from a queue. They belong to the session that brought them."""

import asyncio
from collections.abc import AsyncIterator

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

from shared.broker.session import Session, translated
from shared.errors import SessionLost


class Message:
    """One message; unless it is acknowledged or rejected, the broker delivers it again after the session."""

    __slots__ = ("_consumer", "_message")

    def __init__(self, message: AbstractIncomingMessage, consumer: "Consumer") -> None:
        self._message = message
        self._consumer = consumer

    @property
    def body(self) -> bytes:
        return self._message.body

    async def ack(self) -> None:
        """Raises SessionLost: it comes again."""
        with translated():
            await self._message.ack()
        self._consumer.held -= 1

    async def reject(self) -> None:
        """To the dead letters, where its queue has some. Raises SessionLost."""
        with translated():
            await self._message.reject(requeue=False)
        self._consumer.held -= 1


class Consumer:
    """Iterate over it for the messages of one queue, as they come.

    The iteration raises SessionLost when the broker cancels the consumer (its queue was deleted, say) or
    closes its channel (a delivery was held too long); what else can be lost, `keep_session` notices.
    """

    def __init__(self, queue: AbstractQueue, prefetch: int) -> None:
        self._queue = queue
        self._prefetch = prefetch
        self._inbox: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()
        self._tag = ""
        self._came = False
        self.held = 0
        """Messages delivered and neither acknowledged nor rejected."""

    async def begin(self, channel: AbstractChannel, no_ack: bool) -> None:
        with translated():
            underlay = await channel.get_underlay_channel()
            underlay.on_consumer_cancel_callbacks.add(lambda _: self._inbox.put_nowait(None))
            channel.close_callbacks.add(lambda *_: self._inbox.put_nowait(None))
            self._tag = await self._queue.consume(self._take, no_ack=no_ack)

    async def cancel(self) -> None:
        """Take no more; what was delivered and is not acknowledged stays ours until the session ends."""
        with translated():
            await self._queue.cancel(self._tag)

    def starved(self) -> bool:
        """Whether nothing came since this was asked last, though there was room.

        While messages wait in the queue, the broker has then forgotten this consumer; it tells only how many
        it has in all, and others may be among them.
        """
        came, self._came = self._came, False
        return not came and self.held < self._prefetch

    async def __aiter__(self) -> AsyncIterator[Message]:
        while (message := await self._inbox.get()) is not None:
            yield Message(message, self)
        raise SessionLost("the broker ended the consumer")

    async def _take(self, message: AbstractIncomingMessage) -> None:
        self._came = True
        self.held += 1
        self._inbox.put_nowait(message)


async def consume(session: Session, queue: str, *, prefetch: int) -> Consumer:
    """Begin to consume a queue that is declared already; `prefetch` bounds what is held here."""
    channel = await session.channel(prefetch=prefetch)
    with translated():
        found = await channel.declare_queue(queue, passive=True)
    consumer = Consumer(found, prefetch)
    await consumer.begin(channel, no_ack=False)
    return consumer
