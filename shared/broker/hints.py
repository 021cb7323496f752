"""Hints that a batch has new answers. Unconfirmed and transient: the ledger is the truth."""

import asyncio
from collections.abc import AsyncIterator, Iterable

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractExchange
from pydantic import ValidationError

from shared.broker import topology
from shared.broker.consumer import Consumer
from shared.broker.publisher import LOOK_S, NOWHERE
from shared.broker.session import Session, translated
from shared.errors import BrokerFull
from shared.messages import ResultHint


class HintSender:
    """The fan-out, on a channel of its own that waits for no confirmation."""

    def __init__(self, session: Session, channel: AbstractChannel, exchange: AbstractExchange) -> None:
        self._session = session
        self._nowhere = channel.default_exchange
        self._exchange = exchange

    async def check(self) -> None:
        """Raises SessionLost, BrokerFull. The broker tells of it only those who publish, so something is."""
        await self._check_blocked()
        with translated():
            await self._nowhere.publish(aio_pika.Message(b""), NOWHERE, mandatory=False)
        await asyncio.sleep(LOOK_S)
        await self._check_blocked()

    async def send(self, hints: Iterable[ResultHint]) -> None:
        """Raises SessionLost, BrokerFull: it would wait until the broker reads it."""
        await self._check_blocked()
        with translated():
            for hint in hints:
                message = aio_pika.Message(hint.model_dump_json().encode(), content_type="application/json")
                await self._exchange.publish(message, routing_key="", mandatory=False)

    async def _check_blocked(self) -> None:
        if await self._session.is_blocked():
            raise BrokerFull("it is low on memory or disk space")


async def hint_sender(session: Session) -> HintSender:
    channel = await session.channel()
    await topology.declare_results(channel)
    with translated():
        return HintSender(session, channel, await channel.get_exchange(topology.RESULTS_EXCHANGE))


async def subscribe(session: Session) -> AsyncIterator[ResultHint]:
    """What is sent from now on by anybody. What is no hint of this version is passed over: another version
    may be running beside us, and what it announces is found by the next look at the ledger."""
    channel = await session.channel()
    await topology.declare_results(channel)
    with translated():
        queue = await channel.declare_queue(exclusive=True, auto_delete=True)
        await queue.bind(topology.RESULTS_EXCHANGE)
    consumer = Consumer(queue, prefetch=0)
    await consumer.begin(channel, no_ack=True)
    return _hints(consumer)


async def _hints(consumer: Consumer) -> AsyncIterator[ResultHint]:
    async for message in consumer:
        try:
            hint = ResultHint.model_validate_json(message.body)
        except ValidationError:
            structlog.get_logger().warning("not a hint of this version", body=message.body[:200])
            continue
        yield hint
