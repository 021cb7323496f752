"""Keys: who may use the system, for what, and how long.

Only a digest is kept, so a key is shown once, when it is made.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any, Final

from shared.errors import Away, BirdsError, Code
from shared.ledger.database import Pool, transaction
from shared.ledger.statements import statements
from shared.records import BatchId, KeyId, OwnerId, Scope, new_id

_sql = statements("keys")
_PREFIX = "birds_"  # lets a secret scanner recognise a leaked key
_RANDOM_BYTES = 24  # 192 bits: guessing is hopeless, so the digest needs no salt
_HINT_LENGTH = len(_PREFIX) + 6
EVERYDAY: Final = frozenset((Scope.UPLOAD, Scope.READ, Scope.REVIEW))
"""What a key may do that is given to somebody without a word about it."""
EVERYTHING: Final = frozenset(Scope)
SHARED: Final = frozenset((Scope.READ,))


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key; `batch_id`: it is a share, which opens that batch alone."""

    id: KeyId
    owner: str
    hint: str
    scopes: list[Scope]
    person: str | None
    batch_id: BatchId | None
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None  # to the minute
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewKey:
    id: KeyId
    secret: str


@dataclass(frozen=True, slots=True)
class Access:
    """What a key that is good lets its bearer do."""

    key_id: KeyId
    owner_id: OwnerId
    person: str | None
    scopes: frozenset[Scope]
    batch_id: BatchId | None


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


async def create_key(
    pool: Pool,
    owner: str,
    scopes: Iterable[Scope] = EVERYDAY,
    *,
    person: str | None = None,
    lifetime_s: float | None = None,
) -> NewKey:
    """Make a key for `owner`; keys of one owner name see the same batches."""
    async with transaction(pool) as connection:
        owner_id = OwnerId(await _sql.ensure_owner(connection, id=new_id(), name=owner))
        return await _create(connection, owner_id, scopes, person, lifetime_s, None)


async def share_batch(
    pool: Pool, owner_id: OwnerId, batch_id: BatchId, *, person: str | None, lifetime_s: float | None
) -> NewKey:
    """Make a key that reads one batch of this owner, which the caller has seen to be there."""
    return await _create(pool, owner_id, SHARED, person, lifetime_s, batch_id)


async def enter_key(pool: Pool, owner: str, key: str, scopes: Iterable[Scope]) -> None:
    """Let a key speak for `owner` that was made elsewhere; one that was revoked stays so."""
    async with transaction(pool) as connection:
        owner_id = await _sql.ensure_owner(connection, id=new_id(), name=owner)
        await _sql.enter_key(connection, id=new_id(), owner_id=owner_id, scopes=sorted(scopes), **_kept(key))


async def find_access(pool: Pool, key: str) -> Access | None:
    """What `key` lets do, or None for one that is unknown, was revoked or has expired."""
    digest = _digest(key)
    found = None
    async for row in _sql.keys_beginning(pool, hint=key[:_HINT_LENGTH]):
        if compare_digest(row["digest"], digest):
            found = row
    if found is None:
        return None
    if found["stale"]:
        await _note_use(pool, KeyId(found["id"]))
    return Access(
        key_id=KeyId(found["id"]),
        owner_id=OwnerId(found["owner_id"]),
        person=found["person"],
        scopes=frozenset(map(Scope, found["scopes"])),
        batch_id=None if found["batch_id"] is None else BatchId(found["batch_id"]),
    )


async def list_keys(pool: Pool, batch_id: BatchId | None = None) -> list[Key]:
    """All keys that were ever made, oldest first; with `batch_id` the shares of that batch instead."""
    return [_key(row) async for row in _sql.list_keys(pool, batch_id=batch_id)]


async def get_key(pool: Pool, key_id: KeyId) -> Key:
    """Raises `not-found`."""
    row = await _sql.get_key(pool, id=key_id)
    if row is None:
        raise no_such_key()
    return _key(row)


async def revoke_keys(pool: Pool, which: str) -> int:
    """Revoke by owner name, key id or hint; returns how many keys that ended."""
    return int(await _sql.revoke_keys(pool, which=which))


async def revoke_key(pool: Pool, key_id: KeyId, batch_id: BatchId | None = None) -> None:
    """Revoke one, which is a share where `batch_id` says of which batch. Raises `not-found`."""
    if await _sql.revoke_key(pool, id=key_id, batch_id=batch_id) is None:
        raise no_such_key()


def no_such_key() -> BirdsError:
    return BirdsError(Code.NOT_FOUND, "There is no such key.")


async def _create(
    connection: Any,
    owner_id: OwnerId,
    scopes: Iterable[Scope],
    person: str | None,
    lifetime_s: float | None,
    batch_id: BatchId | None,
) -> NewKey:
    key = NewKey(KeyId(new_id()), _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES))
    await _sql.create_key(
        connection,
        id=key.id,
        owner_id=owner_id,
        scopes=sorted(scopes),
        person=person,
        lifetime_s=lifetime_s,
        batch_id=batch_id,
        **_kept(key.secret),
    )
    return key


def _kept(key: str) -> dict[str, Any]:
    return {"digest": _digest(key), "hint": key[:_HINT_LENGTH]}


async def _note_use(pool: Pool, key_id: KeyId) -> None:
    try:
        await _sql.note_use(pool, id=key_id)
    except Away:
        pass  # a full disk, say: who comes to make room must get in


def _key(row: Any) -> Key:
    return Key(**{**dict(row), "scopes": [Scope(scope) for scope in row["scopes"]]})
