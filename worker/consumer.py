"""Takes photos from the two lanes and hands them to the pipeline, until told to stop."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from pydantic import ValidationError

from shared.broker import topology
from shared.broker.consumer import Consumer, Message, consume
from shared.broker.session import Session, keep_session
from shared.errors import Away, SessionLost
from shared.lifecycle import first_of
from shared.messages import PhotoJob
from shared.patience import Patience
from shared.records import Lane
from worker.cancelled import CancelledBatches
from worker.delivery import Delivery
from worker.in_hand import InHand
from worker.pipeline import Pipeline

WATCH_S = 30.0  # how often it is asked whether messages wait that should have come to us


class PhotoConsumer:
    """One session at a time with RabbitMQ. Messages are acknowledged after the commit, by the committer."""

    def __init__(
        self,
        amqp_url: str,
        pipeline: Pipeline,
        check_servers: Callable[[], Awaitable[None]],
        cancelled: CancelledBatches,
        *,
        prefetch: int,
        drain_s: float,
    ) -> None:
        """`check_servers` raises Away while photos could not be finished."""
        self._amqp_url = amqp_url
        self._pipeline = pipeline
        self._check_servers = check_servers
        self._cancelled = cancelled
        self._prefetch = prefetch
        self._drain_s = drain_s
        self._stop = asyncio.Event()
        self._consuming = False
        self._log = structlog.get_logger().bind(service="consumer")

    def check(self) -> None:
        """Raises SessionLost while no photos come to us."""
        if not self._consuming:
            raise SessionLost("no session")

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until `stop`, then finish what is in hand; what takes too long goes back to the queue."""
        self._stop = stop
        await keep_session(self._amqp_url, "birds worker", self._session, stop)

    async def _session(self, session: Session) -> None:
        await self._until_servers_answer()
        if self._stop.is_set():
            return
        in_hand = InHand()
        try:
            await self._consume(session, in_hand)
        finally:
            in_hand.lose()
            self._pipeline.forget_lost()

    async def _until_servers_answer(self) -> None:
        """Each session that is lost charges a delivery to every photo it held, and a photo has few of them:
        none is taken that could only be held."""
        patience = Patience()
        while not self._stop.is_set():
            try:
                await self._check_servers()
                return
            except Away as error:
                self._log.warning("not consuming", error=error.detail)
            await patience.pause(self._stop)

    async def _consume(self, session: Session, in_hand: InHand) -> None:
        consumers = {
            # The api declares the queues: only it knows what to publish again when they are gone.
            lane: await consume(session, topology.queue_name(lane), prefetch=self._prefetch)
            for lane in Lane
        }
        self._consuming = True
        self._log.info("consuming", prefetch=self._prefetch)
        handing = (self._hand_over(consumer, lane, in_hand) for lane, consumer in consumers.items())
        try:
            await first_of(self._stopped(), self._watch(session, consumers), *handing)
        finally:
            self._consuming = False
        for consumer in consumers.values():
            await consumer.cancel()
        if not await in_hand.drained(self._drain_s):
            self._log.warning("returning photos to the queue", photos=in_hand.count)

    async def _stopped(self) -> None:
        await self._stop.wait()

    async def _hand_over(self, consumer: Consumer, lane: Lane, in_hand: InHand) -> None:
        async for message in consumer:
            try:
                job = PhotoJob.model_validate_json(message.body)
            except ValidationError as error:
                await self._refuse(message, error)
                continue
            if await self._cancelled.skips(job):
                await message.ack()
                continue
            self._pipeline.submit(Delivery(message, job, lane, in_hand))

    async def _refuse(self, message: Message, error: ValidationError) -> None:
        """A message of another version or another sender: to the dead letters, not around again."""
        self._log.error("message is no photo of ours", body=message.body[:200], error=str(error))
        await message.reject()

    async def _watch(self, session: Session, consumers: Mapping[Lane, Consumer]) -> None:
        """A consumer can be gone without a word; then a new session is the cure."""
        while True:
            await asyncio.sleep(WATCH_S)
            for lane, consumer in consumers.items():
                if consumer.starved() and await topology.waiting(session, lane):
                    raise SessionLost(f"photos wait on lane {lane} and none comes to us")
