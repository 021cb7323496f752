"""Things that go wrong while photos are on their way: every photo is answered all the same."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import aio_pika
import aiohttp
import asyncpg
import psutil
import pytest

from scripts.embedded.servers.choice import Servers
from shared.broker import topology
from shared.records import Lane
from tests.support.http import Http, signed_in
from tests.support.ledger import eventually
from tests.support.pictures import a_photo, photos
from tests.support.processes import Running, System, system
from tests.support.proxy import proxied
from tests.support.stack import Stack, private_stack

PHOTOS = 48  # six batches: enough to be in the middle of them when something breaks


@pytest.fixture
async def own(servers: Servers, tmp_path: Path) -> AsyncIterator[System]:
    """An api and a worker that this test may break."""
    async with private_stack(servers) as stack, system(stack, tmp_path, workers=0) as running:
        yield running


async def answered(http: Http, batch: str, at_least: int) -> bool:
    counts = (await http.call("GET", f"/v1/batches/{batch}")).body["counts"]
    return bool(counts["done"] + counts["failed"] >= at_least)


async def all_done(http: Http, batch: str, count: int) -> None:
    """Each photo answered once, none failed."""
    results = await http.finished(batch)
    assert [result["seq"] for result in results] == list(range(1, count + 1))
    assert {result["state"] for result in results} == {"done"}


async def test_worker_told_to_stop_finishes_what_it_holds(own: System) -> None:
    worker = await own.add_worker()
    async with signed_in(own.url, await own.key("alice")) as http:
        batch = await http.batch()  # of more than it holds: some are left
        await http.send(batch, photos(3 * PHOTOS))
        await http.close(batch)
        await eventually(lambda: answered(http, batch, 1))
        assert await worker.stop(signal.SIGTERM) == 0

        async def nothing_is_half_way() -> bool:
            return await ready_messages(own.stack, Lane.BULK) == await published(own.stack) > 0

        await eventually(nothing_is_half_way)
        await own.add_worker()
        await all_done(http, batch, 3 * PHOTOS)


async def published(stack: Stack) -> int:
    """Photos whose messages should be in a queue or in a worker's hand."""
    connection = await asyncpg.connect(stack.postgres_url)
    try:
        return int(
            await connection.fetchval(
                "select count(*) from photos where state = 'queued' and published_at is not null"
            )
        )
    finally:
        await connection.close()


async def ready_messages(stack: Stack, lane: Lane) -> int:
    connection = await aio_pika.connect(stack.amqp_url)
    async with connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(topology.queue_name(lane), passive=True)
        return queue.declaration_result.message_count or 0


async def test_killed_worker_loses_nothing(own: System) -> None:
    worker = await own.add_worker()
    async with signed_in(own.url, await own.key("alice")) as http:
        batch = await http.batch()
        await http.send(batch, photos(PHOTOS))
        await http.close(batch)
        await eventually(lambda: answered(http, batch, 1))
        await worker.stop(signal.SIGKILL)
        await own.add_worker()
        await all_done(http, batch, PHOTOS)


async def test_killed_decoder_costs_no_photo_its_answer(own: System) -> None:
    worker = await own.add_worker()
    async with signed_in(own.url, await own.key("alice")) as http:
        batch = await http.batch()
        await http.send(batch, photos(PHOTOS))
        await http.close(batch)
        await eventually(lambda: answered(http, batch, 1))
        psutil.Process(worker.process.pid).children()[0].kill()  # of two, a photo would be to blame
        await all_done(http, batch, PHOTOS)
        assert worker.process.poll() is None


async def test_wiped_broker_loses_nothing(own: System) -> None:
    """Queues deleted under a running api and worker, with photos waiting in them."""
    async with signed_in(own.url, await own.key("alice")) as http:
        batch = await http.batch()
        await http.send(batch, photos(PHOTOS))
        await http.close(batch)
        await eventually(lambda: ready_messages(own.stack, Lane.BULK))
        await own.add_worker()
        for lane in Lane:
            await own.stack.broker_api("DELETE", f"queues/{{vhost}}/{topology.queue_name(lane)}")
        await http.batch()
        other = await http.batch()
        await http.send(other, [("wakes-the-relay.jpg", a_photo(5000))])
        await all_done(http, batch, PHOTOS)


async def test_api_killed_while_photos_are_answered(own: System) -> None:
    await own.add_worker()
    key = await own.key("alice")
    async with signed_in(own.url, key) as http:
        batch = await http.batch()
        await http.send(batch, photos(PHOTOS))
        await http.close(batch)
    await own.apis[0].stop(signal.SIGKILL)
    second = await own.add_api()
    async with signed_in(second.url, key) as http:
        await all_done(http, batch, PHOTOS)


async def test_photo_that_is_delivered_too_often_fails(own: System) -> None:
    """No worker is to blame here: the test takes the photo and gives it back until the broker gives up."""
    async with signed_in(own.url, await own.key("alice")) as http:
        batch = await http.batch()
        await http.send(batch, photos(1))
        await http.close(batch)
        connection = await aio_pika.connect(own.stack.amqp_url)
        async with connection:
            channel = await connection.channel()
            queue = await channel.declare_queue(topology.queue_name(Lane.BULK), passive=True)

            async def give_back(message: aio_pika.abc.AbstractIncomingMessage) -> None:
                await message.nack(requeue=True)

            await queue.consume(give_back)
            (result,) = await http.finished(batch)
        assert (result["state"], result["error"]["code"]) == ("failed", "worker-crashed")
        assert (await http.call("POST", f"/v1/batches/{batch}/retry")).status < 300
        await own.add_worker()
        (again,) = await http.finished(batch)
        assert (again["seq"], again["state"]) == (2, "done")


async def test_full_backlog_asks_for_patience(servers: Servers, tmp_path: Path) -> None:
    async with (
        private_stack(servers) as stack,
        system(stack, tmp_path, workers=0, BIRDS_BACKLOG_MAX="5") as running,
        signed_in(running.url, await running.key("alice")) as http,
    ):
        batch = await http.batch()
        assert (await http.send(batch, photos(6))).status == 202

        async def refused() -> bool:
            return (await http.send(batch, photos(1, start=50))).status == 429

        await eventually(refused)  # the count is looked at once a second
        answer = await http.send(batch, photos(1, start=51))
        assert answer.code == "backlog-full"
        assert int(answer.headers["Retry-After"]) > 0


async def test_ledger_away_is_waited_for(own: System) -> None:
    """Every connection to Postgres is cut, repeatedly, while photos are answered."""
    await own.add_worker()
    async with signed_in(own.url, await own.key("alice")) as http:
        batch = await http.batch()
        await http.send(batch, photos(PHOTOS))
        await http.close(batch)
        for _ in range(5):
            await cut_ledger_connections(own.stack)
            await asyncio.sleep(0.2)  # let some work be under way before the next cut
        await all_done(http, batch, PHOTOS)


async def cut_ledger_connections(stack: Stack) -> None:
    connection = await asyncpg.connect(stack.servers.postgres_url)
    await connection.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", stack.vhost
    )
    await connection.close()


async def test_sessions_lost_while_storage_is_away_cost_no_photo_its_answer(
    servers: Servers, tmp_path: Path
) -> None:
    """A delivery is charged for each session that ends with the photo in hand; here it has but one."""
    async with (
        private_stack(servers) as stack,
        system(stack, tmp_path, workers=0, BIRDS_DELIVERY_LIMIT="1") as running,
        signed_in(running.url, await running.key("alice")) as http,
        proxied(servers.s3_endpoint) as storage,
    ):
        worker = await running.add_worker(BIRDS_S3_ENDPOINT=storage.url)
        storage.refuse = b" "  # anything
        batch = await http.batch()
        await http.send(batch, photos(8))
        await http.close(batch)

        async def holds_all() -> bool:
            return await in_hand(worker) == 8

        await eventually(holds_all)
        for _ in range(3):
            await stack.cut_sessions("birds worker")
        assert await in_hand(worker) == 0
        storage.refuse = None
        await all_done(http, batch, 8)


async def in_hand(worker: Running) -> int:
    async with aiohttp.ClientSession() as session, session.get(f"{worker.url}/metrics") as response:
        found = re.search(r"^birds_worker_photos_in_hand (\S+)", await response.text(), re.MULTILINE)
    assert found
    return int(float(found[1]))
