"""Photos that were delivered too often (dead letters): whatever processes them dies, so they are failed here.

Without this their batches would never finish.
"""

import structlog
from prometheus_client import Counter
from pydantic import ValidationError

from shared.broker import topology
from shared.broker.consumer import Message, consume
from shared.broker.hints import HintSender, hint_sender
from shared.broker.session import Session, keep_session
from shared.errors import BrokerFull, Code
from shared.ledger.answers import record_answers
from shared.ledger.database import Pool
from shared.messages import PhotoJob
from shared.records import Answer, BatchId, PhotoId

PREFETCH = 50  # dead letters are rare; enough to clear a flood quickly
DEAD_LETTERS = Counter("birds_dead_letters_total", "Photos given up after too many deliveries")


class DeadLetters:
    """Consumes the dead-letter queue and writes its photos to the ledger as failed."""

    def __init__(self, pool: Pool, amqp_url: str) -> None:
        self._pool = pool
        self._amqp_url = amqp_url
        self._log = structlog.get_logger().bind(service="dead letters")

    async def run(self) -> None:
        await keep_session(self._amqp_url, "birds api: dead letters", self._session)

    async def _session(self, session: Session) -> None:
        hints = await hint_sender(session)
        await topology.declare_dead_letters(session)
        async for message in await consume(session, topology.DEAD_QUEUE, prefetch=PREFETCH):
            await self._bury(message, hints)

    async def _bury(self, message: Message, hints: HintSender) -> None:
        """Acknowledged after the commit; where that fails the session ends and the message comes again."""
        try:
            answer = _answer(PhotoJob.model_validate_json(message.body))
        except ValidationError:
            self._log.error("dead letter is no photo of ours", body=message.body[:200])
            await message.ack()
            return
        moved = await record_answers(self._pool, [answer], None)
        await message.ack()
        DEAD_LETTERS.inc()
        self._log.warning("photo given up", photo_id=str(answer.photo_id), batch_id=str(answer.batch_id))
        try:
            await hints.send(moved)
        except BrokerFull:
            pass  # readers look at the ledger every now and then


def _answer(job: PhotoJob) -> Answer:
    return Answer(
        photo_id=PhotoId(job.photo_id),
        batch_id=BatchId(job.batch_id),
        error_code=Code.WORKER_CRASHED,
        error_detail="processing this photo was given up after too many deliveries",
    )
