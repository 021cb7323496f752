"""Sends hints over a connection of their own.

While the broker is low on disk or memory it reads nothing from those that publish, and acknowledgements must
get through.
"""

import asyncio
from collections.abc import Sequence

from shared.broker.hints import HintSender, hint_sender
from shared.broker.session import Session, keep_session
from shared.errors import BrokerFull, SessionLost
from shared.messages import ResultHint


class HintPublisher:
    """Between sessions, and while the broker is full, hints are dropped, which costs a poll interval."""

    def __init__(self, amqp_url: str, process: str) -> None:
        self._amqp_url = amqp_url
        self._process = process
        self._sender: HintSender | None = None

    async def run(self) -> None:
        await keep_session(self._amqp_url, f"birds {self._process}: hints", self._session)

    async def publish(self, hints: Sequence[ResultHint]) -> None:
        if self._sender is None:
            return
        try:
            await self._sender.send(hints)
        except (BrokerFull, SessionLost):
            pass  # readers look at the ledger every now and then

    async def check(self) -> None:
        """Raises SessionLost, BrokerFull."""
        if self._sender is None:
            raise SessionLost("no session")
        await self._sender.check()

    async def _session(self, session: Session) -> None:
        self._sender = await hint_sender(session)
        try:
            await asyncio.Event().wait()  # until the session is lost
        finally:
            self._sender = None
