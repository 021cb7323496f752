"""The exchanges and queues in RabbitMQ, declared the same way by whoever needs them (3.10 up to 4.x)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel, AbstractQueue
from aio_pika.exceptions import ChannelNotFoundEntity

from shared.broker.session import Session, translated
from shared.errors import BrokerFull, SessionLost
from shared.records import Lane

PHOTOS_EXCHANGE = "photos"
RESULTS_EXCHANGE = "results"
DEAD_EXCHANGE = "photos.dead"
DEAD_QUEUE = "photos.dead"
LOOK_S = 10.0  # for what a queue holds


def queue_name(lane: Lane) -> str:
    return f"photos.{lane}"


def _lane_arguments(delivery_limit: int) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": delivery_limit,
        "x-dead-letter-exchange": DEAD_EXCHANGE,
        # A dead letter is the only word of a photo that crashes workers; at-least-once needs reject-publish.
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


async def declare_dead_letters(session: Session) -> None:
    """Where photos go that were delivered too often."""
    channel = await session.channel()
    with translated():
        exchange = await channel.declare_exchange(DEAD_EXCHANGE, ExchangeType.FANOUT, durable=True)
        queue = await channel.declare_queue(DEAD_QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
        await queue.bind(exchange)
        await channel.close()


async def declare_lane(session: Session, lane: Lane, delivery_limit: int) -> None:
    """The quorum queue of one lane, bound under the lane's name."""
    channel = await session.channel()
    with translated():
        exchange = await channel.declare_exchange(PHOTOS_EXCHANGE, ExchangeType.DIRECT, durable=True)
        queue = await channel.declare_queue(
            queue_name(lane), durable=True, arguments=_lane_arguments(delivery_limit)
        )
        await queue.bind(exchange, routing_key=lane)
        await channel.close()


@dataclass(frozen=True, slots=True)
class LaneQueue:
    """A lane's queue as the broker tells of it: messages that wait, those in consumers' hands not counted."""

    messages: int
    consumers: int


async def waiting(session: Session, lane: Lane) -> int | None:
    """Messages that wait in the lane's queue; None: no such queue."""
    queue = await look(session, lane)
    return None if queue is None else queue.messages


async def look(session: Session, lane: Lane) -> LaneQueue | None:
    """None: no such queue."""
    channel = await session.channel()
    with translated():
        try:
            queue = await channel.declare_queue(queue_name(lane), passive=True)
        except ChannelNotFoundEntity:
            return None  # the broker has closed the channel
        await channel.close()
        return _found(queue)


async def watched(session: Session, lane: Lane) -> Callable[[], Awaitable[LaneQueue]]:
    """What `look` finds, on one channel however often it is asked.

    Raises SessionLost without a queue, BrokerFull where the broker reads nothing of this session.
    """
    channel = await session.channel()

    async def look() -> LaneQueue:
        try:
            with translated():  # a broker that is silent is noticed here as soon as where it is published to
                async with asyncio.timeout(LOOK_S):
                    return _found(await channel.declare_queue(queue_name(lane), passive=True))
        except SessionLost:
            if await session.is_blocked():
                raise BrokerFull("it is low on memory or disk space") from None
            raise

    return look


def _found(queue: AbstractQueue) -> LaneQueue:
    found = queue.declaration_result
    return LaneQueue(found.message_count or 0, found.consumer_count or 0)


async def declare_results(channel: AbstractChannel) -> None:
    """The fan-out of hints; each api replica binds a queue of its own to it."""
    with translated():
        await channel.declare_exchange(RESULTS_EXCHANGE, ExchangeType.FANOUT, durable=True)
