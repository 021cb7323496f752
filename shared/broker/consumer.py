"""Takes messages from a queue. They belong to the session that brought them."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable

from aio_pika.abc import AbstractChannel, AbstractQueue
from aiormq.abc import AbstractChannel as Underlay
from aiormq.abc import DeliveredMessage

from shared.broker.session import Session, translated
from shared.errors import SessionLost


class Message:
    """One message; unless it is acknowledged or rejected, the broker delivers it again after the session."""

    __slots__ = ("body", "consumer", "tag")

    def __init__(self, body: bytes, tag: int, consumer: "Consumer") -> None:
        """`tag`: the broker's number for it, which grows from one to the next of a consumer."""
        self.body = body
        self.tag = tag
        self.consumer = consumer

    async def ack(self) -> None:
        """Raises SessionLost: it comes again."""
        await self.consumer.acknowledge([self.tag])

    async def reject(self) -> None:
        """To the dead letters, where its queue has some. Raises SessionLost."""
        await self.consumer.reject(self.tag)


async def acknowledge(messages: Iterable[Message]) -> None:
    """In as few words as say it. Raises SessionLost: those of lost sessions come again, no others."""
    tags: defaultdict[Consumer, list[int]] = defaultdict(list)
    for message in messages:
        tags[message.consumer].append(message.tag)
    said = [consumer.acknowledge(some) for consumer, some in tags.items()]
    for outcome in await asyncio.gather(*said, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


class Consumer:
    """Iterate over it for the messages of one queue, as they come.

    The iteration raises SessionLost when the broker cancels the consumer (its queue was deleted, say) or
    closes its channel (a delivery was held too long); what else can be lost, `keep_session` notices.
    """

    def __init__(self, queue: AbstractQueue, prefetch: int) -> None:
        self._queue = queue
        self._prefetch = prefetch
        self._inbox: asyncio.Queue[Message | None] = asyncio.Queue()
        self._channel: Underlay | None = None
        self._tag = ""
        self._came = False
        self._held: dict[int, None] = {}

    async def begin(self, channel: AbstractChannel, no_ack: bool) -> None:
        """Below aio-pika, which makes two tasks and a copy of each message."""
        with translated():
            self._channel = underlay = await channel.get_underlay_channel()
            underlay.on_consumer_cancel_callbacks.add(lambda _: self._inbox.put_nowait(None))
            channel.close_callbacks.add(lambda *_: self._inbox.put_nowait(None))
            take = self._take_known if no_ack else self._take
            begun = await underlay.basic_consume(self._queue.name, take, no_ack=no_ack)
        self._tag = begun.consumer_tag or ""

    async def cancel(self) -> None:
        """Take no more; what was delivered and is not acknowledged stays ours until the session ends."""
        with translated():
            await self._queue.cancel(self._tag)

    @property
    def held(self) -> int:
        """Messages delivered and neither acknowledged nor rejected."""
        return len(self._held)

    async def acknowledge(self, tags: Collection[int]) -> None:
        """Raises SessionLost: they come again."""
        assert self._channel is not None
        done = set(tags)
        said = together(done, next((tag for tag in self._held if tag not in done), None))
        with translated():
            for place, (tag, multiple) in enumerate(said, 1):  # the last is waited for, and with it all
                await self._channel.basic_ack(tag, multiple, wait=place == len(said))
        for tag in done:  # not before: what somebody else says meanwhile must not mean them, too
            del self._held[tag]

    async def reject(self, tag: int) -> None:
        """Raises SessionLost."""
        assert self._channel is not None
        with translated():
            await self._channel.basic_reject(tag, requeue=False)
        del self._held[tag]

    def starved(self) -> bool:
        """Whether nothing came since this was asked last, though there was room.

        While messages wait in the queue, the broker has then forgotten this consumer; it tells only how many
        it has in all, and others may be among them.
        """
        came, self._came = self._came, False
        return not came and self.held < self._prefetch

    async def __aiter__(self) -> AsyncIterator[Message]:
        while (message := await self._inbox.get()) is not None:
            yield message
        raise SessionLost("the broker ended the consumer")

    async def _take(self, delivered: DeliveredMessage) -> None:
        self._held[delivered.delivery_tag or 0] = None
        await self._take_known(delivered)

    async def _take_known(self, delivered: DeliveredMessage) -> None:
        """Where the broker asks for no acknowledgement."""
        self._came = True
        self._inbox.put_nowait(Message(delivered.body, delivered.delivery_tag or 0, self))


def together(tags: Collection[int], oldest: int | None) -> list[tuple[int, bool]]:
    """(tag, whether all before it are meant, too): what says in the fewest words that `tags` are done with.

    `oldest`: the first that is held still, which none of them may go beyond.
    """
    before = [tag for tag in tags if oldest is None or tag < oldest]
    others = [(tag, False) for tag in tags if oldest is not None and tag > oldest]
    return [*others, (max(before), True)] if before else others


async def consume(session: Session, queue: str, *, prefetch: int) -> Consumer:
    """Begin to consume a queue that is declared already; `prefetch` bounds what is held here."""
    channel = await session.channel(prefetch=prefetch)
    with translated():
        found = await channel.declare_queue(queue, passive=True)
    consumer = Consumer(found, prefetch)
    await consumer.begin(channel, no_ack=False)
    return consumer
