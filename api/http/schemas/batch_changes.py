"""What may be said of a batch when it is opened, and be changed later."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, Field, TypeAdapter

from api.http.schemas.base import Body, Line
from shared.client_words import ClientId, MetadataChanges
from shared.errors import BirdsError, Code

MAX_NAME = 200
MIN_EXPIRY_S = 60  # sooner, and it may be gone before its answers are read
MAX_EXPIRY_S = 10 * 366 * 24 * 3600  # ten years: longer is for good

Name = Annotated[Line | None, Field(max_length=MAX_NAME, description="For people; need not be unique")]
OwnId = Annotated[
    ClientId | None,
    Field(description="What you call it; need not be unique: `GET /v1/batches?client_id=` finds all"),
]


_MOMENT = TypeAdapter(AwareDatetime)


def _moment(value: Any) -> Any:
    """Strictly a text, and not one of a number of seconds."""
    return _MOMENT.validate_python(value) if isinstance(value, str) and value[4:5] == "-" else value


class Expiring(Body):
    expires_at: Annotated[AwareDatetime | None, BeforeValidator(_moment)] = Field(
        None, description="It is deleted then with its photos, however far it has come; within ten years"
    )
    expires_in_s: int | None = Field(
        None, ge=MIN_EXPIRY_S, le=MAX_EXPIRY_S, description="Seconds from now, in the stead of `expires_at`"
    )

    def expiry(self) -> datetime | None:
        """When it is deleted. Raises `out-of-bounds`."""
        if self.expires_at is None:
            return None if self.expires_in_s is None else _from_now(self.expires_in_s)
        if self.expires_in_s is not None:
            raise BirdsError(Code.OUT_OF_BOUNDS, "Say either `expires_at` or `expires_in_s`.")
        if not _from_now(0) < self.expires_at <= _from_now(MAX_EXPIRY_S):
            raise BirdsError(Code.OUT_OF_BOUNDS, "`expires_at` lies in the future, within ten years.")
        return self.expires_at


def _from_now(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


class BatchChanges(Expiring):
    """What is left out stays as it is; null removes it."""

    name: Name = None
    client_id: OwnId = None
    metadata: MetadataChanges | None = Field(
        None, description="Keys that are named change, null removes one; null in the stead of all: every key"
    )
