"""Keys in the ledger: what they may do, until when, and that older ones lose nothing."""

from hashlib import sha256
from pathlib import Path

import pytest

from shared.errors import BirdsError
from shared.ledger import migrate
from shared.ledger.database import Pool
from shared.ledger.keys import (
    EVERYDAY,
    EVERYTHING,
    create_key,
    enter_key,
    find_access,
    list_keys,
    revoke_key,
    revoke_keys,
    share_batch,
)
from shared.records import KeyId, Scope, new_id
from tests.support.ledger import a_batch, an_owner
from tests.support.stack import Stack


async def test_revoked_key_speaks_for_nobody(pool: Pool) -> None:
    first, second = await create_key(pool, "alice"), await create_key(pool, "alice")
    access = await find_access(pool, first.secret)
    other = await find_access(pool, second.secret)
    assert access
    assert other
    assert access.owner_id == other.owner_id
    assert await revoke_keys(pool, first.secret[:12]) == 1
    assert await find_access(pool, first.secret) is None
    assert await find_access(pool, second.secret) == other


async def test_a_key_has_what_it_was_made_with_and_ends(pool: Pool) -> None:
    key = await create_key(pool, "alice", [Scope.REVIEW], person="Ada", lifetime_s=60)
    access = await find_access(pool, key.secret)
    assert access
    assert (access.person, access.scopes, access.batch_id) == ("Ada", {Scope.REVIEW}, None)
    await pool.execute("update keys set expires_at = now()")
    assert await find_access(pool, key.secret) is None


async def test_the_last_use_is_noted_to_the_minute(pool: Pool) -> None:
    key = await create_key(pool, "alice")
    assert (await list_keys(pool))[0].used_at is None
    await find_access(pool, key.secret)
    first = (await list_keys(pool))[0].used_at
    await find_access(pool, key.secret)
    assert first is not None
    assert (await list_keys(pool))[0].used_at == first
    await pool.execute("update keys set used_at = now() - interval '61 seconds'")
    await find_access(pool, key.secret)
    assert ((await list_keys(pool))[0].used_at or first) > first


async def test_keys_that_begin_alike_are_told_apart(pool: Pool) -> None:
    secrets = [f"birds_alike-{end}" for end in "ab"]
    for secret in secrets:
        await enter_key(pool, f"owner of {secret}", secret, EVERYDAY)
    found = [await find_access(pool, secret) for secret in secrets]
    assert found[0]
    assert found[1]
    assert found[0].owner_id != found[1].owner_id
    assert await find_access(pool, "birds_alike-c") is None


async def test_the_first_key_becomes_good_for_everything(pool: Pool) -> None:
    for scopes in (EVERYDAY, EVERYTHING):
        await enter_key(pool, "local", "birds_first", scopes)
        access = await find_access(pool, "birds_first")
        assert access
        assert access.scopes == scopes
    await revoke_keys(pool, "local")
    await enter_key(pool, "local", "birds_first", EVERYTHING)
    assert await find_access(pool, "birds_first") is None


async def test_a_share_is_ended_by_its_batch_alone_and_goes_with_it(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch, other = await a_batch(pool, owner), await a_batch(pool, owner)
    made = await share_batch(pool, owner, batch, person=None, lifetime_s=None)
    access = await find_access(pool, made.secret)
    assert access
    assert (access.scopes, access.batch_id) == ({Scope.READ}, batch)
    for key_id, of in ((made.id, other), (made.id, None), (KeyId(new_id()), batch)):
        with pytest.raises(BirdsError, match="not-found"):
            await revoke_key(pool, key_id, of)
    await revoke_key(pool, made.id, batch)
    assert await find_access(pool, made.secret) is None
    await pool.execute("delete from batches where id = $1", batch)
    assert await list_keys(pool, batch) == []


async def test_keys_of_an_earlier_version_keep_what_they_could_do(stack: Stack, pool: Pool) -> None:
    await pool.execute("drop schema public cascade; create schema public")
    earlier = sorted(Path(migrate.__file__).parent.glob("migrations/*.sql"))[:10]
    for path in earlier:
        await pool.execute(path.read_text())
    await pool.execute(
        "create table schema_migrations (name text primary key, applied_at timestamptz default now())"
    )
    await pool.executemany("insert into schema_migrations (name) values ($1)", [(p.stem,) for p in earlier])
    await pool.execute("insert into owners (id, name) values ($1, 'alice')", owner := new_id())
    await pool.execute(
        "insert into keys (id, owner_id, digest, hint) values ($1, $2, $3, 'birds_before')",
        new_id(),
        owner,
        sha256(b"birds_before-scopes").digest(),
    )
    assert (await migrate.migrate(stack.postgres_url))[0] == "0011_scopes"
    access = await find_access(pool, "birds_before-scopes")
    assert access
    assert (access.owner_id, access.scopes) == (owner, {Scope.UPLOAD, Scope.READ, Scope.REVIEW})
