"""Webhooks, and what was delivered to them."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from api.http.schemas.base import Body, Document, Line, Query
from shared.ledger.webhooks import DeliveryState, Webhook, WebhookAttempt, WebhookDelivery, WebhookEvent

_DAY_S = 24 * 3600
_PAGE = 50  # deliveries where the request does not say
_MAX_PAGE = 500  # some 400 kB
Address = Annotated[
    Line,
    Field(
        min_length=8,
        max_length=2000,
        pattern=r"^https?://[^\s\x00-\x1f\x7f]+$",
        description="Deliveries are posted there; not to what is not public, unless the operator allows it",
    ),
]
Events = Annotated[list[WebhookEvent], Field(min_length=1, max_length=100)]
Description = Annotated[Line, Field(max_length=200, description="For people")]


class NewWebhook(Body):
    url: Address
    events: Events = Field(default_factory=lambda: list(WebhookEvent), description="Left out: all")
    description: Description | None = None


class WebhookChange(Body):
    """What is left out stays as it is."""

    url: Address | None = None
    events: Events | None = None
    description: Description | None = None
    enabled: bool | None = Field(None, description="Off: what happens meanwhile is not told")


class NewSecret(Body):
    keep_old_s: int = Field(
        _DAY_S,
        ge=0,
        le=30 * _DAY_S,
        description="Seconds for which the secret of before signs beside the new one",
    )


class WebhookDocument(Document):
    id: UUID
    url: str
    events: list[WebhookEvent]
    description: str | None
    enabled: bool
    gone_at: datetime | None = Field(description="When it answered 410, and was switched off")
    failed_at: datetime | None = Field(
        description="When it had taken nothing for three days of attempts, and was switched off"
    )
    old_secret_until: datetime | None = Field(description="Until then the secret of before signs, too")
    created_at: datetime

    @classmethod
    def of(cls, webhook: Webhook) -> Self:
        return cls(**_members(webhook))


class MadeWebhook(WebhookDocument):
    secret: str = Field(description="By which receivers check signatures; not shown again")

    @classmethod
    def made(cls, webhook: Webhook, secret: str) -> Self:
        return cls(**_members(webhook), secret=secret)


def _members(webhook: Webhook) -> dict[str, object]:
    return {name: getattr(webhook, name) for name in WebhookDocument.model_fields}


class WebhookList(Document):
    """Oldest first."""

    webhooks: list[WebhookDocument]


class AttemptDocument(Document):
    attempted_at: datetime
    status: int | None = Field(description="Of the answer; null: there was none")
    problem: str | None = Field(description="Why it failed; null: it did not")
    took_s: float

    @classmethod
    def of(cls, attempt: WebhookAttempt) -> Self:
        return cls(**{name: getattr(attempt, name) for name in cls.model_fields})


class DeliveryDocument(Document):
    id: UUID = Field(description="The header `webhook-id`, the same at each attempt")
    event: str = Field(description="One of the events, or `webhook.test`")
    body: str = Field(description="What is sent, to the byte")
    state: DeliveryState = Field(description="`waiting` for an attempt, `delivered`, or `failed`: given up")
    created_at: datetime
    due_at: datetime | None = Field(description="Of the next attempt")
    delivered_at: datetime | None
    attempts: list[AttemptDocument] = Field(description="In the order of time")

    @classmethod
    def of(cls, delivery: WebhookDelivery) -> Self:
        known = {name: getattr(delivery, name) for name in cls.model_fields if name != "attempts"}
        return cls(**known, attempts=[AttemptDocument.of(one) for one in delivery.attempts])


class DeliveriesQuery(Query):
    state: DeliveryState | None = None
    cursor: UUID | None = Field(None, description="`next_cursor` of the page before")
    limit: int = Field(_PAGE, ge=1, le=_MAX_PAGE)


class DeliveryPage(Document):
    """Newest first."""

    deliveries: list[DeliveryDocument]
    next_cursor: UUID | None = Field(description="For the next page; null on the last")
