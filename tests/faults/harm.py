"""What is done to a running system. Each way ends with everything there again, to be recovered from."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import aio_pika
import asyncpg
import psutil

from shared.broker import topology
from shared.ledger.database import open_pool
from shared.ledger.models import promote
from shared.records import Lane
from shared.vision.refs import BUILT_IN
from tests.support.processes import System
from tests.support.proxy import Proxy, proxied
from tests.support.stack import Stack

SILENCE_S = 3.0  # of a server that keeps its connections and says nothing
FROZEN_S = 4.0  # of a process that is stopped and goes on
COPIES = 50  # messages that are delivered once more


@dataclass(frozen=True)
class Target:
    """The system, and what stands between it and its servers."""

    system: System
    ways: dict[str, Proxy]  # postgres, amqp, s3
    dice: random.Random


@asynccontextmanager
async def ways_to_servers(stack: Stack) -> AsyncIterator[tuple[dict[str, Proxy], dict[str, str]]]:
    """A proxy before each server, and the environment that leads a process through them."""
    async with AsyncExitStack() as cleanup:
        targets = {"postgres": stack.postgres_url, "amqp": stack.amqp_url, "s3": stack.servers.s3_endpoint}
        ways = {name: await cleanup.enter_async_context(proxied(url)) for name, url in targets.items()}
        yield (
            ways,
            {
                "BIRDS_POSTGRES_URL": _through(ways["postgres"], stack.postgres_url),
                "BIRDS_AMQP_URL": _through(ways["amqp"], stack.amqp_url),
                "BIRDS_S3_ENDPOINT": ways["s3"].url,
            },
        )


def _through(way: Proxy, url: str) -> str:
    parts = urlsplit(url)
    credentials = parts.netloc.rpartition("@")[0]
    address = urlsplit(way.url).netloc
    return urlunsplit(parts._replace(netloc=f"{credentials}@{address}" if credentials else address))


async def worker_killed(on: Target) -> None:
    await _replace_worker(on, signal.SIGKILL)


async def worker_stopped(on: Target) -> None:
    await _replace_worker(on, signal.SIGTERM)


async def _replace_worker(on: Target, number: signal.Signals) -> None:
    worker = on.dice.choice(on.system.workers)
    on.system.workers.remove(worker)
    await worker.stop(number)
    await on.system.add_worker(**on.system.env)


async def worker_frozen(on: Target) -> None:
    worker = on.dice.choice(on.system.workers)
    worker.send(signal.SIGSTOP)
    await asyncio.sleep(FROZEN_S)
    worker.send(signal.SIGCONT)


async def decoder_killed(on: Target) -> None:
    """One of them: a photo that has killed two is to blame for it."""
    worker = psutil.Process(on.dice.choice(on.system.workers).process.pid)
    on.dice.choice(worker.children(recursive=True)).kill()


async def api_killed(on: Target) -> None:
    await on.system.apis[0].stop(signal.SIGKILL)
    await on.system.restart_api()


async def ledger_cut(on: Target) -> None:
    """By the server itself, as an operator would."""
    connection = await asyncpg.connect(on.system.stack.servers.postgres_url)
    await connection.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", on.system.stack.vhost
    )
    await connection.close()


async def ledger_silent(on: Target) -> None:
    await _silent(on.ways["postgres"])


async def broker_cut(on: Target) -> None:
    on.ways["amqp"].cut()


async def broker_silent(on: Target) -> None:
    await _silent(on.ways["amqp"])


async def storage_cut(on: Target) -> None:
    on.ways["s3"].cut()


async def storage_silent(on: Target) -> None:
    await _silent(on.ways["s3"])


async def _silent(way: Proxy) -> None:
    way.silence()
    await asyncio.sleep(SILENCE_S)
    way.cut()


async def broker_wiped(on: Target) -> None:
    async with _channel(on) as channel:
        for lane in Lane:
            await channel.queue_delete(topology.queue_name(lane))


async def delivered_twice(on: Target) -> None:
    """Each of the messages that wait first goes to the end of the queue, twice."""
    async with _channel(on) as channel:
        queue = await channel.declare_queue(topology.queue_name(Lane.BULK), passive=True)
        exchange = await channel.get_exchange(topology.PHOTOS_EXCHANGE)
        for _ in range(COPIES):
            message = await queue.get(fail=False)
            if message is None:
                break
            for _ in range(2):
                await exchange.publish(aio_pika.Message(message.body), Lane.BULK)
            await message.ack()  # not given back: the broker would count that as a delivery


async def model_promoted(on: Target) -> None:
    async with open_pool(on.system.stack.postgres_url, 1) as pool:
        await promote(pool, on.dice.choice(BUILT_IN))


@asynccontextmanager
async def _channel(on: Target) -> AsyncIterator[aio_pika.abc.AbstractChannel]:
    connection = await aio_pika.connect(on.system.stack.amqp_url)
    async with connection:
        yield await connection.channel()


Harm = Callable[[Target], Awaitable[None]]

# Not a purge of the queue: what it took is looked for two minutes later (tests/integration/test_relay.py).
KINDS: tuple[Harm, ...] = (
    worker_killed,
    worker_stopped,
    worker_frozen,
    decoder_killed,
    api_killed,
    ledger_cut,
    ledger_silent,
    broker_cut,
    broker_silent,
    broker_wiped,
    storage_cut,
    storage_silent,
    delivered_twice,
    model_promoted,
)
