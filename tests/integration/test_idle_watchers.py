"""Those who watch a batch in which nothing happens: they cost little, hear of what no hint told, and leave
with their key.
"""

import asyncio
from contextlib import AsyncExitStack

import aiohttp
import pytest

from api.duties import feed as feed_module
from api.duties.feed import FEW, Feed, Watcher
from api.duties.looks import Looks
from api.http import key_standing
from shared.ledger.batches import close_batch
from shared.ledger.database import Pool
from shared.ledger.keys import create_key, find_access, revoke_keys
from shared.records import new_id
from tests.support.bare_api import bare_api
from tests.support.ledger import a_batch, an_owner, delete_batch, queue_photos


async def told(watchers: list[Watcher]) -> list[bool]:
    return [await watcher.changed(0) for watcher in watchers]


async def test_what_no_hint_has_told_is_found(pool: Pool) -> None:
    owner = await an_owner(pool)
    batches = [await a_batch(pool, owner) for _ in range(3)]
    feed = Feed("amqp://127.0.0.1:9")
    async with AsyncExitStack() as stack:
        watchers = [await stack.enter_async_context(feed.watch(batch)) for batch in batches]
        await feed.compare(pool)
        assert await told(watchers) == [True, True, True], "they may have changed since they were looked at"
        await feed.compare(pool)
        assert await told(watchers) == [False, False, False]
        await queue_photos(pool, owner, batches[0], ["a.jpg"])
        await close_batch(pool, owner, batches[1])
        await delete_batch(pool, owner, batches[2])
        await feed.compare(pool)
        assert await told(watchers) == [True, True, True]
    await feed.compare(pool)
    assert not feed._versions


@pytest.mark.parametrize("count", [FEW, 3 * FEW])
async def test_many_rest_after_each_waking(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "A_WATCHER_S", 0.2 / count)
    feed, batch = Feed("amqp://127.0.0.1:9"), new_id()
    async with AsyncExitStack() as stack:
        watchers = [await stack.enter_async_context(feed.watch(batch)) for _ in range(count)]
        feed.announce(batch)
        assert all(await told(watchers)), "nobody has been woken yet"
        for _ in range(3):
            feed.announce(batch)
        assert set(await told(watchers)) == {count <= FEW}
        if count > FEW:
            assert all([await watcher.changed(10) for watcher in watchers])
            await asyncio.sleep(0)
            assert not any(await told(watchers)), "once for all that came meanwhile"
    assert not feed._woken_at


async def test_watchers_are_asked_for_together(pool: Pool) -> None:
    owner = await an_owner(pool)
    feed = Feed("amqp://127.0.0.1:9")
    async with AsyncExitStack() as stack:
        for _ in range(100):
            await stack.enter_async_context(feed.watch(await a_batch(pool, owner)))
        before = await commits(pool)
        await feed.compare(pool)
        assert await commits(pool) - before < 10, "some of which are this test's own"


async def commits(pool: Pool) -> int:
    async with pool.acquire() as connection:
        await connection.execute("select pg_stat_force_next_flush()")
        return int(
            await connection.fetchval(
                "select xact_commit from pg_stat_database where datname = current_database()"
            )
        )


async def test_a_revoked_key_s_websocket_ends(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_standing, "KEY_S", 0.05)
    key = (await create_key(pool, "alice")).secret
    access = await find_access(pool, key)
    assert access is not None
    batch = await a_batch(pool, access.owner_id)
    parts = {"pool": pool, "feed": Feed("amqp://127.0.0.1:9"), "looks": Looks(pool)}
    async with bare_api(parts) as port, aiohttp.ClientSession() as session, asyncio.timeout(20):
        url = f"http://127.0.0.1:{port}/v1/batches/{batch}/events"
        async with session.ws_connect(url, headers={"Authorization": f"Bearer {key}"}) as ws:
            await ws.receive()  # the first progress
            with pytest.raises(TimeoutError):
                await ws.receive(timeout=0.3)
            await revoke_keys(pool, "alice")
            while (await ws.receive()).type is not aiohttp.WSMsgType.CLOSE:
                pass
            assert ws.close_code == 4401
