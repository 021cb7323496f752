"""Webhooks without an api: made in the ledger, and sent by a duty of the test's own."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any
from uuid import UUID

from api.duties.webhooks import Webhooks
from api.http.schemas.webhook_messages import MESSAGES
from api.webhooks.addresses import Addresses
from api.webhooks.sending import Sender
from api.webhooks.signing import new_secret
from shared.ledger import webhooks as ledger
from shared.ledger.answers import record_answers
from shared.ledger.batches import close_batch
from shared.ledger.database import Pool
from shared.ledger.intake import Accepted
from shared.ledger.webhooks import WebhookDelivery, WebhookEvent
from shared.records import Answer, BatchId, OwnerId
from tests.support.ledger import a_batch, a_model, an_answer, eventually, queue_photos

HERE = (ip_network("127.0.0.0/8"),)
QUICK = (0, 0.01, 0.01)  # three attempts


@dataclass
class Hook:
    """A webhook of `owner`, and its program."""

    owner: OwnerId
    id: UUID
    secret: str
    pool: Pool

    async def deliveries(self) -> list[WebhookDelivery]:
        """Oldest first."""
        found = await ledger.list_deliveries(
            self.pool, self.owner, self.id, state=None, before=None, limit=100
        )
        for one in found:
            if one.event in MESSAGES:  # each is as it is described
                said = MESSAGES[WebhookEvent(one.event)].model_validate_json(one.body, extra="forbid")
                assert said.model_dump()["type"] == one.event
        return found[::-1]

    async def settled(self) -> list[WebhookDelivery]:
        async def found() -> list[WebhookDelivery]:
            now = await self.deliveries()
            return now if now and all(one.due_at is None for one in now) else []

        return await eventually(found)


async def a_webhook(
    pool: Pool, owner: OwnerId, url: str, events: Sequence[WebhookEvent] = tuple(WebhookEvent)
) -> Hook:
    secret = new_secret()
    made = await ledger.create_webhook(pool, owner, url=url, events=events, description=None, secret=secret)
    return Hook(owner, made.id, secret, pool)


def a_duty(pool: Pool, timeout_s: float = 10.0, **options: Any) -> Webhooks:
    sender = Sender(Addresses(HERE), timeout_s)
    return Webhooks(pool, sender, **{"keep_days": 30, "schedule_s": QUICK, "poll_s": 0.02, **options})


@asynccontextmanager
async def sending(pool: Pool, **options: Any) -> AsyncIterator[None]:
    """The duty runs."""
    running = asyncio.create_task(a_duty(pool, **options).run())
    try:
        yield
        assert not running.done(), running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def finished_batch(
    pool: Pool, owner: OwnerId, names: Sequence[str] = ("a", "b")
) -> tuple[BatchId, list[Accepted]]:
    """Every photo done but one named `bad`, which failed."""
    batch, model = await a_batch(pool, owner), await a_model(pool)
    photos = await queue_photos(pool, owner, batch, list(names))
    await close_batch(pool, owner, batch)
    answers = [
        Answer(photo.photo_id, batch, error_code="decode-timeout", error_detail="It was.")
        if photo.name == "bad"
        else an_answer(batch, photo)
        for photo in photos
    ]
    await record_answers(pool, answers, model)
    return batch, photos
