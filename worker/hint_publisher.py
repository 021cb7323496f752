"""Sends hints through whichever broker session is alive."""

from collections.abc import Sequence

from shared.broker.hints import HintSender, hint_sender
from shared.broker.session import Session
from shared.errors import SessionLost
from shared.messages import ResultHint


class HintPublisher:
    """`attach` it to each new session; between sessions hints are dropped, which costs a poll interval."""

    def __init__(self) -> None:
        self._sender: HintSender | None = None

    async def attach(self, session: Session) -> None:
        self._sender = await hint_sender(session)

    async def publish(self, hints: Sequence[ResultHint]) -> None:
        if self._sender is None:
            return
        try:
            await self._sender.send(hints)
        except SessionLost:
            self._sender = None
