"""Publishes hints that a batch has new answers. Unconfirmed and transient: the ledger is the truth."""

from collections.abc import Iterable

import aio_pika
from aio_pika.abc import AbstractConnection, AbstractExchange

from shared import topology
from shared.messages import ResultHint


async def results_exchange(connection: AbstractConnection) -> AbstractExchange:
    """The fan-out, on a channel of its own that waits for no confirmation."""
    channel = await connection.channel(publisher_confirms=False)
    await topology.declare_results(channel)
    return await channel.get_exchange(topology.RESULTS_EXCHANGE)


async def publish_hints(exchange: AbstractExchange, hints: Iterable[ResultHint]) -> None:
    for hint in hints:
        message = aio_pika.Message(hint.model_dump_json().encode(), content_type="application/json")
        await exchange.publish(message, routing_key="", mandatory=False)
