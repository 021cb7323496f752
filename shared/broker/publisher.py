"""Publishes photos to their lanes, confirmed (publisher confirms)."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import aio_pika
from aio_pika.abc import AbstractExchange
from aio_pika.exceptions import DeliveryError, PublishError

from shared.broker import topology, tracing
from shared.broker.session import Session, translated
from shared.errors import BrokerFull, SessionLost
from shared.messages import PhotoJob
from shared.records import Lane

CONFIRM_S = 10.0  # for a group of messages; a broker that syncs to a slow disk takes a tenth of that
LOOK_S = 0.25  # between looks at whether it reads us at all
NOWHERE = "pulse"  # a routing key that no queue is bound under: the broker confirms, and forgets


class Publisher:
    """Where photos go to be worked on."""

    def __init__(self, session: Session, exchange: AbstractExchange) -> None:
        self._session = session
        self._exchange = exchange

    async def pulse(self) -> None:
        """Whether it takes messages, asked with one that goes nowhere. Raises BrokerFull, SessionLost."""
        message = aio_pika.Message(b"")
        [outcome] = await self._confirmed([self._exchange.publish(message, NOWHERE, mandatory=False)])
        if isinstance(outcome, BaseException):
            with translated():
                raise outcome

    async def room(self) -> None:
        """Wait until the broker, after BrokerFull, takes messages again. Raises SessionLost."""
        await self._session.unblocked()

    async def publish(self, jobs: Sequence[tuple[Lane, PhotoJob]]) -> list[PhotoJob]:
        """Those that the broker took; it refuses some while a queue is over its limit.

        Raises BrokerFull where it says that it reads none, SessionLost also where a queue is gone, or nothing
        is heard for CONFIRM_S. Some of them may have been taken then.
        """
        sending = [self._exchange.publish(_message(job), routing_key=lane) for lane, job in jobs]
        outcomes = await self._confirmed(sending)
        with translated():
            taken = []
            for (lane, job), outcome in zip(jobs, outcomes, strict=True):
                if isinstance(outcome, PublishError):  # returned: there is nowhere to put it
                    raise SessionLost(f"the broker has no queue for lane {lane}") from outcome
                if isinstance(outcome, DeliveryError):
                    continue
                if isinstance(outcome, BaseException):
                    raise outcome
                taken.append(job)
            return taken

    async def _confirmed(self, sending: Sequence[Coroutine[Any, Any, object]]) -> list[object]:
        """What became of each. Raises BrokerFull, SessionLost."""
        waiting = asyncio.gather(*sending, return_exceptions=True)
        loop = asyncio.get_running_loop()
        until = loop.time() + CONFIRM_S
        try:
            while not (await asyncio.wait([waiting], timeout=LOOK_S))[0]:
                if await self._session.is_blocked():
                    raise BrokerFull("it is low on memory or disk space")
                if loop.time() > until:
                    raise SessionLost(f"nothing was confirmed for {CONFIRM_S:g} s")
            return waiting.result()
        finally:
            waiting.cancel()


async def publisher(session: Session) -> Publisher:
    """The lanes are declared already."""
    channel = await session.channel(confirms=True)
    with translated():
        return Publisher(session, await channel.get_exchange(topology.PHOTOS_EXCHANGE))


def _message(job: PhotoJob) -> aio_pika.Message:
    return aio_pika.Message(
        job.model_dump_json().encode(),
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        headers={tracing.HEADER: tracing.traceparent(job)},
    )
