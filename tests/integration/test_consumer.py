"""Consumers on a real broker: one that the broker has forgotten notices it, whoever else consumes."""

import asyncio

import aio_pika

from shared.broker import topology
from shared.broker.consumer import acknowledge, consume
from shared.broker.session import Session
from shared.records import Lane
from tests.support.ledger import eventually
from tests.support.stack import Stack

LANE = Lane.BULK


async def test_a_forgotten_consumer_is_told_from_anothers(stack: Stack) -> None:
    connection = await aio_pika.connect(stack.amqp_url)
    async with connection:
        session = Session(connection)
        await topology.declare_dead_letters(session)
        await topology.declare_lane(session, LANE, 20)
        name = topology.queue_name(LANE)
        ours, other = [await consume(session, name, prefetch=2) for _ in range(2)]
        await ours.cancel()  # as the broker may do without a word
        channel = await connection.channel()
        for _ in range(5):
            await channel.default_exchange.publish(aio_pika.Message(b""), routing_key=name)

        async def other_is_full() -> bool:
            return other.held == 2 and await topology.waiting(session, LANE) == 3

        await eventually(other_is_full)
        assert ours.starved()  # nothing came, and photos wait
        assert not other.starved()  # it has what it may have
        assert not other.starved()
        messages = aiter(other)
        async with asyncio.timeout(10):
            for _ in range(3):
                await (await anext(messages)).ack()
        assert not other.starved()  # it was given more


async def test_what_is_acknowledged_together_is_gone_and_the_rest_comes_again(stack: Stack) -> None:
    async with await aio_pika.connect(stack.amqp_url) as connection:
        session = Session(connection)
        channel = await connection.channel()
        queue = await channel.declare_queue("acknowledged together", auto_delete=False)
        for number in range(6):
            await channel.default_exchange.publish(aio_pika.Message(b"%d" % number), routing_key=queue.name)
        consumer = await consume(session, queue.name, prefetch=10)
        messages = aiter(consumer)
        async with asyncio.timeout(10):
            came = [await anext(messages) for _ in range(6)]
        await acknowledge([came[4], came[0], came[1]])
        assert consumer.held == 3
    async with await aio_pika.connect(stack.amqp_url) as connection:
        again = aiter(await consume(Session(connection), queue.name, prefetch=10))
        async with asyncio.timeout(10):
            left = [await anext(again) for _ in range(3)]
        await acknowledge(left)
        assert [message.body for message in left] == [b"2", b"3", b"5"]
        assert await (await connection.channel()).queue_delete(queue.name)
