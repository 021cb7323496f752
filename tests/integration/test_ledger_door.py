"""The door to Postgres: what is away, what is refused, and whose schema it is."""

import asyncio
import re

import asyncpg
import pytest

from shared.errors import LedgerAway
from shared.ledger import statements
from shared.ledger.answers import record_answers
from shared.ledger.batches import close_batch, get_batch
from shared.ledger.database import LedgerRefused, Pool, open_pool, transaction
from shared.ledger.migrate import check_schema, migrate
from shared.ledger.readiness import check
from shared.records import Answer
from tests.support.ledger import a_batch, an_owner, queue_photos
from tests.support.proxy import proxied
from tests.support.stack import Stack


async def test_a_server_that_is_not_there_is_away() -> None:
    nowhere = "postgresql://birds@127.0.0.1:9/birds"
    with pytest.raises(LedgerAway):
        await migrate(nowhere)
    with pytest.raises(LedgerAway):
        async with open_pool(nowhere, 1):
            pass


async def test_a_connection_that_is_cut_is_away_and_nothing_is_kept(stack: Stack, pool: Pool) -> None:
    with pytest.raises(LedgerAway):
        async with transaction(pool) as connection:
            await connection.execute("create table half_done ()")
            pid = connection.get_server_pid()
            await pool.execute("select pg_terminate_backend($1)", pid)
            await connection.execute("select 1")
    await check(pool)
    assert await pool.fetchval("select to_regclass('half_done')") is None


async def test_a_pool_whose_server_has_gone_is_away(stack: Stack) -> None:
    async with open_pool(stack.postgres_url, 1) as pool:
        other = await asyncpg.connect(stack.servers.postgres_url)
        try:
            await other.execute(f'alter database "{stack.vhost}" with allow_connections false')
            await other.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", stack.vhost
            )
            with pytest.raises((LedgerAway, LedgerRefused)):
                await asyncio.gather(*(check(pool) for _ in range(2)))
        finally:
            await other.execute(f'alter database "{stack.vhost}" with allow_connections true')
            await other.close()


async def test_a_value_that_can_not_be_sent_is_refused_and_not_waited_for(pool: Pool) -> None:
    with pytest.raises(LedgerRefused):
        await get_batch(pool, await an_owner(pool), "no id")  # type: ignore[arg-type]


async def test_a_value_that_can_not_be_kept_is_refused(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    [photo] = await queue_photos(pool, owner, batch, ["a.jpg"])
    with pytest.raises(LedgerRefused):
        await record_answers(pool, [Answer(photo.photo_id, batch, predictions=[{"species": "\0"}])], None)


async def test_a_database_newer_than_the_code_is_refused(stack: Stack, pool: Pool) -> None:
    await check_schema(pool)
    await pool.execute("insert into schema_migrations (name) values ('9999_from_the_future')")
    for use in (migrate(stack.postgres_url), check_schema(pool)):
        with pytest.raises(LedgerRefused, match="newer"):
            await use


async def test_a_database_without_a_ledger_is_refused_by_those_who_do_not_migrate(pool: Pool) -> None:
    await pool.execute("drop table schema_migrations")
    with pytest.raises(LedgerRefused, match="no ledger"):
        await check_schema(pool)


async def test_connections_that_fall_silent_are_waited_for_once(stack: Stack) -> None:
    """However many there are, and though new ones work."""
    async with proxied(stack.postgres_url) as proxy:
        url = re.sub(r"@[^/]+/", f"@{proxy.url.replace('http://', '')}/", stack.postgres_url)
        async with open_pool(url, 4, statement_s=1.0) as pool:
            await asyncio.gather(*(pool.execute("select pg_sleep(0.2)") for _ in range(4)))
            proxy.silence_open()
            with pytest.raises(LedgerAway):
                await check(pool)
            async with asyncio.timeout(0.9):
                await asyncio.gather(*(check(pool) for _ in range(4)))


async def test_who_gives_up_on_a_silent_connection_is_not_held(stack: Stack) -> None:
    async with proxied(stack.postgres_url) as proxy:
        url = re.sub(r"@[^/]+/", f"@{proxy.url.replace('http://', '')}/", stack.postgres_url)
        async with open_pool(url, 1) as pool:
            proxy.silence_open()
            begun = asyncio.get_running_loop().time()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await check(pool)
            assert asyncio.get_running_loop().time() - begun < 2
            await check(pool)


async def test_a_connection_that_is_given_back_costs_no_statement(pool: Pool) -> None:
    said: list[str] = []
    async with pool.acquire() as connection:
        connection.add_query_logger(lambda query: said.append(query.query))
        await connection.execute("select 1")
    assert said == ["select 1"]


async def test_slow_statements_are_counted_by_name(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "SLOW_S", 0.2)
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)

    def slow(name: str) -> float:
        return statements.SLOW.labels(name)._value.get()

    before, quick = slow("lock_batch"), slow("get_batch")
    async with pool.acquire() as other, other.transaction():
        await other.execute("select id from batches for update")
        closing = asyncio.create_task(close_batch(pool, owner, batch))
        await get_batch(pool, owner, batch)
        await asyncio.sleep(0.3)  # that long it waits
    await closing
    assert (slow("lock_batch"), slow("get_batch")) == (before + 1, quick)
