"""Keys and shares. What makes a key one is told once, when it is made."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.http.schemas.base import Body, Document, Line
from shared.ledger.keys import EVERYDAY, Key
from shared.records import Scope

_YEAR_S = 366 * 24 * 3600
Lifetime = Annotated[
    int | None,
    Field(ge=60, le=100 * _YEAR_S, description="Seconds for which it is good; left out: until it is revoked"),
]
Name = Annotated[Line, Field(min_length=1, max_length=200)]


class KeyOrder(Body):
    owner: Name = Field(description="Keys of one owner see the same batches")
    person: Name | None = Field(None, description="Who holds it")
    scopes: list[Scope] = Field(default_factory=lambda: sorted(EVERYDAY), min_length=1)
    expires_in_s: Lifetime = None


class ShareOrder(Body):
    person: Name | None = Field(None, description="Who is given it")
    expires_in_s: Lifetime = None


class KeyDocument(Document):
    id: UUID
    owner: str
    begins_with: str = Field(description="To tell it from others")
    scopes: list[Scope]
    person: str | None
    batch_id: UUID | None = Field(description="The one batch that it opens; null: all of its owner's")
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None = Field(description="To the minute; null: never")
    revoked_at: datetime | None

    @classmethod
    def of(cls, key: Key) -> "KeyDocument":
        return cls(**_members(key))


class MadeKey(KeyDocument):
    key: str = Field(description="Not shown again")

    @classmethod
    def made(cls, key: Key, secret: str) -> "MadeKey":
        return cls(**_members(key), key=secret)


class KeyList(Document):
    """Oldest first."""

    keys: list[KeyDocument]


def _members(key: Key) -> dict[str, object]:
    members = {name: getattr(key, name) for name in KeyDocument.model_fields if name != "begins_with"}
    return {**members, "begins_with": key.hint}
