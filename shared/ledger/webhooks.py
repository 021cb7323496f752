"""Webhooks of an owner: made, changed, ended; and what was delivered to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.errors import BirdsError, Code
from shared.ledger.database import Pool
from shared.ledger.statements import statements
from shared.records import OwnerId, new_id

_sql = statements("webhooks")


class WebhookEvent(StrEnum):
    """What a webhook can be told of."""

    BATCH_FINISHED = "batch.finished"
    BATCH_REVIEWED = "batch.reviewed"
    MODEL_PROMOTED = "model.promoted"


TEST_EVENT = "webhook.test"  # asked for by hand, whatever a webhook is told of


class DeliveryState(StrEnum):
    WAITING = "waiting"  # for its next attempt
    DELIVERED = "delivered"
    FAILED = "failed"  # given up


@dataclass(frozen=True, slots=True)
class Webhook:
    id: UUID
    url: str
    events: list[WebhookEvent]
    description: str | None
    enabled: bool
    gone_at: datetime | None
    """When it answered that it wants nothing more, and was switched off."""
    failed_at: datetime | None
    """When it had taken nothing for as long as a delivery is tried, and was switched off."""
    old_secret_until: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class WebhookAttempt:
    attempted_at: datetime
    status: int | None
    problem: str | None
    took_s: float


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    id: UUID
    event: str
    body: str
    state: DeliveryState
    created_at: datetime
    due_at: datetime | None
    delivered_at: datetime | None
    attempts: list[WebhookAttempt]


async def create_webhook(
    pool: Pool,
    owner_id: OwnerId,
    *,
    url: str,
    events: Sequence[WebhookEvent],
    description: str | None,
    secret: str,
) -> Webhook:
    row = await _sql.create_webhook(
        pool,
        id=new_id(),
        owner_id=owner_id,
        url=url,
        events=sorted(set(events)),
        description=description,
        secret=secret,
    )
    return _webhook(row)


async def list_webhooks(pool: Pool, owner_id: OwnerId) -> list[Webhook]:
    """Oldest first."""
    return [_webhook(row) async for row in _sql.list_webhooks(pool, owner_id=owner_id)]


async def get_webhook(pool: Pool, owner_id: OwnerId, webhook_id: UUID) -> Webhook:
    """Raises `not-found`."""
    return _found(await _sql.get_webhook(pool, owner_id=owner_id, id=webhook_id))


async def change_webhook(
    pool: Pool,
    owner_id: OwnerId,
    webhook_id: UUID,
    *,
    url: str | None = None,
    events: Sequence[WebhookEvent] | None = None,
    description: str | None = None,
    enabled: bool | None = None,
) -> Webhook:
    """What is None stays as it is. Raises `not-found`."""
    return _found(
        await _sql.change_webhook(
            pool,
            owner_id=owner_id,
            id=webhook_id,
            url=url,
            events=None if events is None else sorted(set(events)),
            description=description,
            enabled=enabled,
        )
    )


async def rotate_secret(
    pool: Pool, owner_id: OwnerId, webhook_id: UUID, *, secret: str, keep_old_s: float
) -> Webhook:
    """The secret of before signs beside the new one for so long. Raises `not-found`."""
    return _found(
        await _sql.rotate_secret(pool, owner_id=owner_id, id=webhook_id, secret=secret, keep_old_s=keep_old_s)
    )


async def delete_webhook(pool: Pool, owner_id: OwnerId, webhook_id: UUID) -> None:
    """With all that was to be delivered to it. Raises `not-found`."""
    if await _sql.delete_webhook(pool, owner_id=owner_id, id=webhook_id) is None:
        raise no_such_webhook()


async def add_test(pool: Pool, owner_id: OwnerId, webhook_id: UUID) -> WebhookDelivery:
    """A delivery that tells of nothing. Raises `not-found`."""
    row = await _sql.add_test(pool, owner_id=owner_id, webhook_id=webhook_id, event=TEST_EVENT)
    if row is None:
        raise no_such_webhook()
    return _delivery(row)


async def list_deliveries(
    pool: Pool,
    owner_id: OwnerId,
    webhook_id: UUID,
    *,
    state: DeliveryState | None,
    before: UUID | None,
    limit: int,
) -> list[WebhookDelivery]:
    """Those of before the delivery `before`, newest first. Raises `not-found`."""
    await get_webhook(pool, owner_id, webhook_id)
    rows = _sql.list_deliveries(pool, webhook_id=webhook_id, state=state, before=before, limit=limit)
    return [_delivery(row) async for row in rows]


async def replay_delivery(
    pool: Pool, owner_id: OwnerId, webhook_id: UUID, delivery_id: UUID
) -> WebhookDelivery:
    """Due now, by the whole schedule, whatever became of it before; under the same id. Raises `not-found`."""
    row = await _sql.replay_delivery(pool, owner_id=owner_id, webhook_id=webhook_id, id=delivery_id)
    if row is None:
        raise BirdsError(Code.NOT_FOUND, "There is no such delivery.")
    return _delivery(row)


def no_such_webhook() -> BirdsError:
    return BirdsError(Code.NOT_FOUND, "There is no such webhook.")


def _found(row: Any) -> Webhook:
    if row is None:
        raise no_such_webhook()
    return _webhook(row)


def _webhook(row: Any) -> Webhook:
    known = {name: row[name] for name in Webhook.__slots__}
    return Webhook(**{**known, "events": [WebhookEvent(event) for event in row["events"]]})


def _delivery(row: Any) -> WebhookDelivery:
    if row["due_at"] is not None:
        state = DeliveryState.WAITING
    else:
        state = DeliveryState.FAILED if row["delivered_at"] is None else DeliveryState.DELIVERED
    attempts = [
        WebhookAttempt(**{**one, "attempted_at": datetime.fromisoformat(one["attempted_at"])})
        for one in row["attempts"] or ()
    ]
    same = ("id", "event", "body", "created_at", "due_at", "delivered_at")
    return WebhookDelivery(state=state, attempts=attempts, **{name: row[name] for name in same})
