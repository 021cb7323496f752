"""Servers that answer and take nothing more: told by the doors to them, and waited for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from api.duties.relay import Relay
from shared.disk import DataDisk
from shared.errors import (
    BrokerFull,
    Code,
    DiskFull,
    LedgerAway,
    LedgerFull,
    SessionLost,
    StorageAway,
    StorageFull,
)
from shared.ledger.database import Pool, open_pool
from shared.ledger.readiness import check
from shared.objects import open_object_store
from shared.readiness import faults, told
from shared.records import Lane
from tests.integration.test_relay import outbox_is_empty, published, running
from tests.support.ledger import a_batch, an_owner, eventually, queue_photos
from tests.support.space import broker_alarm, fill, small_disk, tables_on
from tests.support.stack import Stack


async def test_a_broker_with_an_alarm_is_told_of_and_waited_for(pool: Pool, stack: Stack) -> None:
    """Also where no photo comes: the relay asks by itself."""
    relay = Relay(pool, stack.amqp_url, 3)
    async with running(relay):
        await eventually(lambda: is_well(relay))
        async with broker_alarm():
            await eventually(lambda: is_full(relay))
            owner = await an_owner(pool)
            photos = await queue_photos(pool, owner, await a_batch(pool, owner), ["a", "b", "c"])
            relay.wake()
            await asyncio.sleep(1)
            assert await is_full(relay)
            assert not await outbox_is_empty(pool)
        await eventually(lambda: is_well(relay))
        await eventually(lambda: outbox_is_empty(pool))
    jobs = await published(stack, Lane.BULK, 3)
    assert {job.photo_id for job in jobs} == {photo.photo_id for photo in photos}


async def is_full(relay: Relay) -> bool:
    try:
        relay.check()
    except BrokerFull:
        return True
    except SessionLost:
        pass  # not yet
    return False


async def is_well(relay: Relay) -> bool:
    return relay.connected and not await is_full(relay)


async def test_a_ledger_that_is_read_only_is_away(stack: Stack, pool: Pool) -> None:
    owner = await an_owner(pool)
    await pool.execute(f'alter database "{stack.vhost}" set default_transaction_read_only = on')
    async with open_pool(stack.postgres_url, 2) as later:
        with pytest.raises(LedgerAway, match="read-only"):
            await check(later)
        with pytest.raises(LedgerAway):
            await a_batch(later, owner)


async def test_looking_whether_the_ledger_can_write_goes_through_files(stack: Stack, pool: Pool) -> None:
    before = await temporary_bytes(pool)
    await check(pool)
    await eventually(lambda: more_than(pool, before))


async def temporary_bytes(pool: Pool) -> int:
    await pool.execute("select pg_stat_force_next_flush()")
    return await pool.fetchval("select temp_bytes from pg_stat_database where datname = current_database()")


async def more_than(pool: Pool, before: int) -> bool:
    return await temporary_bytes(pool) > before


async def test_a_ledger_without_space_takes_nothing_more(stack: Stack, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 40) as disk:
        async with tables_on(disk, stack) as url, open_pool(url, 2) as pool:
            owner = await an_owner(pool)
            await check(pool)
            filler = fill(disk)
            with pytest.raises(LedgerFull) as caught:
                await check(pool)
            assert caught.value.code == Code.NO_SPACE
            with pytest.raises(LedgerFull):
                batch = await a_batch(pool, owner)
                await queue_photos(pool, owner, batch, [f"{'x' * 400} {n}" for n in range(400)])
            filler.unlink()
            await check(pool)


@asynccontextmanager
async def storage_that(answer: web.Response | None, stack: Stack) -> AsyncIterator[tuple[object, list[str]]]:
    """An object store whose server answers a PUT like that; None: well."""
    said = [answer]

    async def handle(request: web.Request) -> web.Response:
        await request.read()
        if request.method == "PUT" and said[0] is not None:
            return web.Response(status=said[0].status, text=said[0].text)
        return web.Response()

    app = web.Application(client_max_size=1 << 30)
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    settings = stack.settings.model_copy(update={"s3_endpoint": f"http://127.0.0.1:{port}"})
    try:
        async with open_object_store(settings) as objects:
            yield objects, said
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (507, "XMinioStorageFull", StorageFull),
        (400, "XMinioAdminBucketQuotaExceeded", StorageFull),
        (403, "QuotaExceeded", StorageFull),
        (500, "InternalError", StorageAway),  # rclone's only word for it
    ],
)
async def test_a_storage_that_refuses_for_want_of_space_is_not_ready_until_it_takes_something(
    stack: Stack, status: int, code: str, error: type[StorageAway]
) -> None:
    full = web.Response(status=status, text=f"<Error><Code>{code}</Code></Error>")
    async with storage_that(full, stack) as (objects, said):
        await objects.check()  # nobody has tried yet
        with pytest.raises(error):
            await objects.put("photos/0/a", b"bytes")
        with pytest.raises(error):
            await objects.check()
        said[0] = None
        await objects.check()
        await objects.check_takes()


async def test_a_storage_that_refuses_one_key_is_ready(stack: Stack) -> None:
    async with storage_that(web.Response(status=403, text="AccessDenied"), stack) as (objects, _):
        with pytest.raises(StorageAway):
            await objects.put("photos/0/a", b"bytes")
        await objects.check()


async def test_a_disk_below_what_is_needed_is_full(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8) as folder:
        disk = DataDisk(folder, 4_000_000)
        await disk.check()
        filler = fill(folder, leave=3_000_000)
        with pytest.raises(DiskFull, match="MB are free, 4 MB are needed"):
            await disk.check()
        filler.unlink()
        await disk.check()
    await DataDisk(None, 1 << 60).check()


async def test_what_is_waited_for_is_told_a_sentence_a_part() -> None:
    async def well() -> None:
        pass

    async def full() -> None:
        raise StorageFull("it has no space left")

    found = await faults({"postgres": well(), "s3": full()})
    assert found.keys() == {"s3"}
    assert told(found) == "Object storage takes nothing more (it has no space left)."
