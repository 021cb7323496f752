"""Sends hints through whichever broker session is alive."""

from collections.abc import Sequence

from aio_pika.abc import AbstractConnection, AbstractExchange
from aiormq.exceptions import AMQPError

from shared.hints import publish_hints, results_exchange
from shared.messages import ResultHint


class HintPublisher:
    """`attach` it to each new session; between sessions hints are dropped, which costs a poll interval."""

    def __init__(self) -> None:
        self._exchange: AbstractExchange | None = None

    async def attach(self, connection: AbstractConnection) -> None:
        self._exchange = await results_exchange(connection)

    async def publish(self, hints: Sequence[ResultHint]) -> None:
        if self._exchange is None:
            return
        try:
            await publish_hints(self._exchange, hints)
        except (AMQPError, ConnectionError, RuntimeError):
            self._exchange = None
