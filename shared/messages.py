"""What travels through RabbitMQ: small, versioned, and never the only copy of anything."""

from typing import Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

MESSAGE_VERSION: Final = 1


class PhotoJob(BaseModel):
    """One photo to classify; all that a worker needs without asking the ledger first."""

    model_config = ConfigDict(frozen=True)

    v: Literal[1] = MESSAGE_VERSION
    photo_id: UUID
    batch_id: UUID
    key: str  # in object storage
    sha256: str  # hexadecimal; the worker checks the bytes against it
    top_k: int


class ResultHint(BaseModel):
    """Something in this batch changed: look at the ledger. Losing one costs a poll interval, no answer."""

    model_config = ConfigDict(frozen=True)

    v: Literal[1] = MESSAGE_VERSION
    batch_id: UUID
    last_seq: int
