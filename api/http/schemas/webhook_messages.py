"""What is posted to webhooks, by event: written by the ledger with what it tells of, and described here."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.http.schemas.base import Document
from api.http.schemas.batches import CountsDocument
from shared.ledger.webhooks import WebhookEvent


class ToldBatch(Document):
    """How a batch stood when that happened."""

    batch_id: UUID
    name: str | None
    client_id: str | None = Field(description="As the client that made it calls it")
    metadata: dict[str, str] = Field(description="As the client that made it gave it")
    counts: CountsDocument
    refused: int
    left_out: int
    last_seq: int
    finished_at: datetime
    cancelled_at: datetime | None = Field(
        description="Where it was: its photos without an answer failed then"
    )


class ToldModel(Document):
    reference: str = Field(description="Of the model that workers are to switch to")
    before: str | None = Field(description="Of the one that was active until then")


class WebhookMessage(Document):
    timestamp: datetime = Field(description="When it happened; that of an attempt is in its headers")


class BatchMessage(WebhookMessage):
    type: Literal["batch.finished", "batch.reviewed"]
    data: ToldBatch


class ModelMessage(WebhookMessage):
    type: Literal["model.promoted"]
    data: ToldModel


MESSAGES: Mapping[WebhookEvent, type[WebhookMessage]] = MappingProxyType(
    {
        WebhookEvent.BATCH_FINISHED: BatchMessage,
        WebhookEvent.BATCH_REVIEWED: BatchMessage,
        WebhookEvent.MODEL_PROMOTED: ModelMessage,
    }
)
