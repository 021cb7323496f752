"""Hints reach whoever watches, and a lost session makes everyone look again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import aio_pika

from api.duties.feed import Feed
from shared.broker import topology
from shared.broker.hints import hint_sender
from shared.broker.session import Session
from shared.messages import ResultHint
from shared.records import new_id
from tests.support.ledger import eventually
from tests.support.stack import Stack


@asynccontextmanager
async def running(feed: Feed) -> AsyncIterator[Feed]:
    task = asyncio.create_task(feed.run())

    async def connected() -> bool:
        return feed.connected

    try:
        await eventually(connected)
        yield feed
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def hint(stack: Stack, batch_id: UUID) -> None:
    connection = await aio_pika.connect(stack.amqp_url)
    async with connection:
        sender = await hint_sender(Session(connection))
        await sender.send([ResultHint(batch_id=batch_id, last_seq=1)])


async def test_every_replica_hears_of_a_batch_that_it_watches(stack: Stack) -> None:
    batch, other = new_id(), new_id()
    async with (
        running(Feed(stack.amqp_url)) as one,
        running(Feed(stack.amqp_url)) as two,
        one.watch(batch) as first,
        two.watch(batch) as second,
        two.watch(other) as bystander,
    ):
        await hint(stack, batch)
        assert await first.changed(10)
        assert await second.changed(10)
        assert not await bystander.changed(0)


async def test_watchers_look_again_after_a_lost_session(stack: Stack) -> None:
    async with running(Feed(stack.amqp_url)) as feed, feed.watch(new_id()) as watcher:
        await stack.cut_sessions()
        assert await watcher.changed(10)


async def test_a_message_that_is_no_hint_of_this_version_ends_nothing(stack: Stack) -> None:
    batch = new_id()
    async with running(Feed(stack.amqp_url)) as feed, feed.watch(batch) as watcher:
        await watcher.changed(0)
        connection = await aio_pika.connect(stack.amqp_url)
        async with connection:
            channel = await connection.channel()
            exchange = await channel.get_exchange(topology.RESULTS_EXCHANGE)
            for body in (b'{"v": 2, "batches": []}', b"\xff"):
                await exchange.publish(aio_pika.Message(body), routing_key="")
        await hint(stack, batch)
        assert await watcher.changed(10)
        assert feed.connected
