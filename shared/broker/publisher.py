"""Publishes photos to their lanes, confirmed (publisher confirms)."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, cast

from aio_pika.exceptions import DeliveryError, PublishError
from aiormq import Channel
from aiormq import spec as amqp

from shared.broker import topology, tracing
from shared.broker.session import Session, translated
from shared.errors import BrokerFull, SessionLost
from shared.messages import PhotoJob
from shared.records import Lane

CONFIRM_S = 10.0  # for a group of messages; a broker that syncs to a slow disk takes a tenth of that
LOOK_S = 0.25  # between looks at whether it reads us at all
NOWHERE = "pulse"  # a routing key that no queue is bound under: the broker confirms, and forgets
PERSISTENT = 2  # as AMQP counts delivery modes


class Publisher:
    """Where photos go to be worked on."""

    def __init__(self, session: Session, channel: Channel) -> None:
        """`channel`: below aio-pika's, where a group of messages is written at once, not each by itself."""
        self._session = session
        self._channel = channel

    async def pulse(self) -> None:
        """Whether it takes messages, asked with one that goes nowhere. Raises BrokerFull, SessionLost."""
        [outcome] = await self._confirmed([self._publish(b"", NOWHERE)])
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
        sending = [
            self._publish(job.model_dump_json().encode(), lane, _properties(job), mandatory=True)
            for lane, job in jobs
        ]
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

    def _publish(
        self, body: bytes, key: str, properties: amqp.Basic.Properties | None = None, mandatory: bool = False
    ) -> Coroutine[Any, Any, object]:
        return self._channel.basic_publish(
            body,
            exchange=topology.PHOTOS_EXCHANGE,
            routing_key=key,
            properties=properties,
            mandatory=mandatory,
            wait=False,  # for it to be written: it is waited for that it was taken
        )

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
        return Publisher(session, cast(Channel, await channel.get_underlay_channel()))


def _properties(job: PhotoJob) -> amqp.Basic.Properties:
    return amqp.Basic.Properties(
        content_type="application/json",
        delivery_mode=PERSISTENT,
        headers={tracing.HEADER: tracing.traceparent(job)},
    )
