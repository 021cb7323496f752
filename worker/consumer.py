"""Takes photos from the two lanes and hands them to the pipeline, until told to stop."""

import asyncio

import structlog
from aio_pika.abc import AbstractConnection, AbstractIncomingMessage
from pydantic import ValidationError

from shared import broker, topology
from shared.messages import PhotoJob
from shared.records import Lane
from worker.delivery import Delivery
from worker.hint_publisher import HintPublisher
from worker.in_hand import InHand
from worker.pipeline import Pipeline

WATCH_S = 30.0  # how often the broker is asked whether it still counts us among its consumers


class PhotoConsumer:
    """One session at a time with RabbitMQ. Messages are acknowledged after the commit, by the committer."""

    def __init__(
        self,
        amqp_url: str,
        pipeline: Pipeline,
        hints: HintPublisher,
        in_hand: InHand,
        *,
        prefetch: int,
        drain_s: float,
    ) -> None:
        self._amqp_url = amqp_url
        self._pipeline = pipeline
        self._hints = hints
        self._in_hand = in_hand
        self._prefetch = prefetch
        self._drain_s = drain_s
        self._stop = asyncio.Event()
        self._consuming = False
        self._log = structlog.get_logger().bind(service="consumer")

    @property
    def consuming(self) -> bool:
        return self._consuming

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until `stop`, then finish what is in hand; what takes too long goes back to the queue."""
        self._stop = stop
        await broker.keep_session(self._amqp_url, "birds worker", self._session, stop)

    async def _session(self, connection: AbstractConnection) -> None:
        await self._hints.attach(connection)
        consumers = {lane: await self._begin(connection, lane) for lane in Lane}
        self._consuming = True
        self._log.info("consuming", prefetch=self._prefetch)
        try:
            await self._until_stopped(connection, consumers)
        finally:
            self._consuming = False
        for consumer in consumers.values():
            await consumer.cancel()
        if not await self._in_hand.drained(self._drain_s):
            self._log.warning("returning photos to the queue", photos=self._in_hand.count)

    async def _begin(self, connection: AbstractConnection, lane: Lane) -> broker.Consumer:
        """The api declares the queues: only it knows what to publish again when they are gone."""
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=self._prefetch)
        queue = await channel.declare_queue(topology.queue_name(lane), passive=True)
        return await broker.consume(channel, queue)

    async def _until_stopped(
        self, connection: AbstractConnection, consumers: dict[Lane, broker.Consumer]
    ) -> None:
        stopping = asyncio.ensure_future(self._stop.wait())
        work = [
            asyncio.ensure_future(self._hand_over(consumer, lane)) for lane, consumer in consumers.items()
        ]
        work.append(asyncio.ensure_future(self._watch(connection)))
        try:
            done, _ = await asyncio.wait({stopping, *work}, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {stopping}:
                task.result()
        finally:
            for task in (stopping, *work):
                task.cancel()
            await asyncio.gather(stopping, *work, return_exceptions=True)

    async def _hand_over(self, consumer: broker.Consumer, lane: Lane) -> None:
        async for message in consumer:
            try:
                job = PhotoJob.model_validate_json(message.body)
            except ValidationError as error:
                await self._refuse(message, error)
                continue
            self._pipeline.submit(Delivery(message, job, lane))

    async def _refuse(self, message: AbstractIncomingMessage, error: ValidationError) -> None:
        """A message of another version or another sender: to the dead letters, not around again."""
        self._log.error("message is no photo of ours", body=message.body[:200], error=str(error))
        await message.reject(requeue=False)

    async def _watch(self, connection: AbstractConnection) -> None:
        """A consumer can be gone without a word; then a new session is the cure."""
        channel = await connection.channel()
        while True:
            await asyncio.sleep(WATCH_S)
            for lane in Lane:
                queue = await channel.declare_queue(topology.queue_name(lane), passive=True)
                if not queue.declaration_result.consumer_count:
                    raise broker.SessionLostError(f"the broker counts no consumer of {queue.name}")
