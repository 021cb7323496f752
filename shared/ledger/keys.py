"""Keys: who may use the system. Only a digest is kept, so a key is shown once, when it is made."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from shared.ledger.database import Pool, transaction
from shared.ledger.statements import statements
from shared.records import KeyId, OwnerId, new_id

_sql = statements("keys")
_PREFIX = "birds_"  # lets a secret scanner recognise a leaked key
_RANDOM_BYTES = 24  # 192 bits: guessing is hopeless, so the digest needs no salt
_HINT_LENGTH = len(_PREFIX) + 6


@dataclass(frozen=True, slots=True)
class Key:
    id: KeyId
    owner: str
    hint: str
    created_at: datetime
    revoked_at: datetime | None


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


async def create_key(pool: Pool, owner: str) -> str:
    """Make a key for `owner`; keys of one owner name see the same batches. Returns the key."""
    key = _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    await enter_key(pool, owner, key)
    return key


async def enter_key(pool: Pool, owner: str, key: str) -> None:
    """Let a key speak for `owner` that was made elsewhere; one that is known or was revoked stays so."""
    async with transaction(pool) as connection:
        owner_id = await _sql.ensure_owner(connection, id=new_id(), name=owner)
        await _sql.create_key(
            connection, id=new_id(), owner_id=owner_id, digest=_digest(key), hint=key[:_HINT_LENGTH]
        )


async def find_owner(pool: Pool, key: str) -> OwnerId | None:
    """Who `key` speaks for, or None for an unknown or revoked key."""
    row = await _sql.owner_of_key(pool, digest=_digest(key))
    return None if row is None else OwnerId(row["id"])


async def list_keys(pool: Pool) -> list[Key]:
    """All keys that were ever made, oldest first."""
    return [Key(**dict(row)) async for row in _sql.list_keys(pool)]


async def revoke_keys(pool: Pool, which: str) -> int:
    """Revoke by owner name, key id or hint; returns how many keys that ended."""
    return int(await _sql.revoke_keys(pool, which=which))
