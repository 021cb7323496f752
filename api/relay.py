"""The outbox relay: publishes what the ledger has queued and no broker has confirmed.

It is the only publisher of photos, for new ones, retried ones and lost ones alike. Every api replica
runs one; they share the work row by row.
"""

import asyncio
from collections.abc import Sequence

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange
from aio_pika.exceptions import DeliveryError

from shared import broker, topology, tracing
from shared.errors import LedgerAway
from shared.ledger.database import Pool
from shared.ledger.outbox import take_unpublished, unpublish_lane
from shared.messages import PhotoJob
from shared.records import Lane

PUBLISH_AT_ONCE = 200  # rows held locked while the broker confirms: about 50 ms
POLL_S = 1.0  # photos committed by a process that died before waking its relay wait at most this long
AUDIT_S = 15.0  # how often an empty queue is compared with the ledger
LOST_AFTER_S = 120.0  # confirmed that long ago, not in the queue: no worker holds a photo that long
FULL_PAUSE_S = 1.0  # the broker refuses more for now (a queue is over its limit)


class Relay:
    """Publishes queued photos; `wake` it after every commit that queues some."""

    def __init__(self, pool: Pool, amqp_url: str, delivery_limit: int) -> None:
        self._pool = pool
        self._amqp_url = amqp_url
        self._delivery_limit = delivery_limit
        self._work = asyncio.Event()
        self._connected = False
        self._log = structlog.get_logger().bind(service="relay")

    @property
    def connected(self) -> bool:
        """Whether there is a session in which photos can be published."""
        return self._connected

    def wake(self) -> None:
        self._work.set()

    async def run(self) -> None:
        await broker.keep_session(self._amqp_url, "birds api: relay", self._session)

    async def _session(self, connection: AbstractConnection) -> None:
        for lane in Lane:
            await self._prepare_lane(connection, lane)
        channel = await connection.channel(on_return_raises=True)
        exchange = await channel.get_exchange(topology.PHOTOS_EXCHANGE)
        self._connected = True
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._publish_forever(exchange), name="publish")
                tasks.create_task(self._audit_forever(connection), name="audit")
        except* Exception as group:
            raise broker.SessionLostError(repr(group.exceptions[0])) from group.exceptions[0]
        finally:
            self._connected = False

    async def _prepare_lane(self, connection: AbstractConnection, lane: Lane) -> None:
        """Declare the lane's queue; where the broker has lost it, its messages are lost too."""
        asking = await connection.channel()
        if not await topology.lane_exists(asking, lane):
            # The rows go first: if we die now, the next relay finds the queue missing again.
            lost = await unpublish_lane(self._pool, lane, older_than_s=0)
            self._log.warning("broker has no queue for lane", lane=lane, photos_to_publish_again=lost)
        declaring = await connection.channel()
        await topology.declare_dead_letters(declaring)
        await topology.declare_lane(declaring, lane, self._delivery_limit)
        await declaring.close()
        if not asking.is_closed:
            await asking.close()

    async def _publish_forever(self, exchange: AbstractExchange) -> None:
        while True:
            self._work.clear()
            try:
                while await self._publish_some(exchange) == PUBLISH_AT_ONCE:
                    pass
            except LedgerAway as error:
                self._log.warning("ledger away", error=repr(error))
            await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_S):
                await self._work.wait()
        except TimeoutError:
            pass

    async def _publish_some(self, exchange: AbstractExchange) -> int:
        async with take_unpublished(self._pool, PUBLISH_AT_ONCE) as jobs:
            await _publish(exchange, jobs)
        return len(jobs)

    async def _audit_forever(self, connection: AbstractConnection) -> None:
        """Messages can vanish while we look on (a purge): find photos that are in no queue."""
        channel = await connection.channel()
        while True:
            await asyncio.sleep(AUDIT_S)
            for lane in Lane:
                await self._audit_lane(channel, lane)

    async def _audit_lane(self, channel: AbstractChannel, lane: Lane) -> None:
        queue = await channel.declare_queue(topology.queue_name(lane), passive=True)
        if queue.declaration_result.message_count:
            return  # a message that waits is not lost; asked again when the queue is empty
        try:
            lost = await unpublish_lane(self._pool, lane, older_than_s=LOST_AFTER_S)
        except LedgerAway as error:
            self._log.warning("ledger away", error=repr(error))
            return
        if lost:
            self._log.warning("photos found in no queue", lane=lane, photos_to_publish_again=lost)
            self.wake()


async def _publish(exchange: AbstractExchange, jobs: Sequence[tuple[Lane, PhotoJob]]) -> None:
    """Publish all, confirmed; raises if the broker refuses or can't route one (all are tried again)."""
    confirmations = [exchange.publish(_message(job), routing_key=lane, mandatory=True) for lane, job in jobs]
    outcomes = await asyncio.gather(*confirmations, return_exceptions=True)
    failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    if not failures:
        return
    if all(isinstance(failure, DeliveryError) for failure in failures):
        await asyncio.sleep(FULL_PAUSE_S)
    raise failures[0]


def _message(job: PhotoJob) -> aio_pika.Message:
    return aio_pika.Message(
        job.model_dump_json().encode(),
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        headers={tracing.HEADER: tracing.traceparent(job)},
    )
