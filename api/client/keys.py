"""The JSON of keys."""

from typing import Literal, TypedDict


class KeyDocument(TypedDict):
    """What is known of a key; `batch_id`: it is a share, which opens that batch alone."""

    id: str
    owner: str
    begins_with: str
    scopes: list[Literal["upload", "read", "review", "admin"]]
    person: str | None
    batch_id: str | None
    created_at: str
    expires_at: str | None
    used_at: str | None
    revoked_at: str | None


class MadeKey(KeyDocument):
    """With what makes it one, which is told once."""

    key: str
