"""Publishes photos to their lanes, confirmed (publisher confirms)."""

import asyncio
from collections.abc import Sequence

import aio_pika
from aio_pika.abc import AbstractExchange
from aio_pika.exceptions import DeliveryError, PublishError

from shared.broker import topology, tracing
from shared.broker.session import Session, translated
from shared.errors import SessionLost
from shared.messages import PhotoJob
from shared.records import Lane

CONFIRM_S = 10.0  # for a group of messages; a broker that syncs to a slow disk takes a tenth of that


class Publisher:
    """Where photos go to be worked on."""

    def __init__(self, exchange: AbstractExchange) -> None:
        self._exchange = exchange

    async def publish(self, jobs: Sequence[tuple[Lane, PhotoJob]]) -> list[PhotoJob]:
        """Those that the broker took; it refuses some while a queue is over its limit.

        Raises SessionLost also where a queue is gone, or nothing is heard for CONFIRM_S. Some of them may
        have been taken then.
        """
        sending = [self._exchange.publish(_message(job), routing_key=lane) for lane, job in jobs]
        with translated():
            async with asyncio.timeout(CONFIRM_S):
                outcomes = await asyncio.gather(*sending, return_exceptions=True)
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


async def publisher(session: Session) -> Publisher:
    """The lanes are declared already."""
    channel = await session.channel(confirms=True)
    with translated():
        return Publisher(await channel.get_exchange(topology.PHOTOS_EXCHANGE))


def _message(job: PhotoJob) -> aio_pika.Message:
    return aio_pika.Message(
        job.model_dump_json().encode(),
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        headers={tracing.HEADER: tracing.traceparent(job)},
    )
