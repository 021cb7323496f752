"""How every server-side loop waits before it tries again: exponential backoff with jitter.

Jitter, because a server that comes back is otherwise met by all who waited for it in the same moment.
"""

import asyncio
import random

FIRST_S = 0.2
LAST_S = 5.0  # Postgres and RabbitMQ restart in about this time
FACTOR = 2.0
STEADY_SHARE = 0.5  # of a pause; the rest is random, so that a first pause is never next to nothing


class Patience:
    """Pauses from `first_s` to `last_s` seconds, each `FACTOR` times the one before, until `reset`."""

    def __init__(self, first_s: float = FIRST_S, last_s: float = LAST_S) -> None:
        self._first_s = first_s
        self._last_s = last_s
        self._next_s = first_s

    def reset(self) -> None:
        """What was waited for is back."""
        self._next_s = self._first_s

    def pause_s(self) -> float:
        """The length of the next pause, at most `last_s`; each call is a step further."""
        longest_s, self._next_s = self._next_s, min(FACTOR * self._next_s, self._last_s)
        return longest_s * random.uniform(STEADY_SHARE, 1)

    async def pause(self, stop: asyncio.Event | None = None) -> None:
        """Wait; `stop` ends the wait early."""
        if stop is None:
            await asyncio.sleep(self.pause_s())
            return
        try:
            async with asyncio.timeout(self.pause_s()):
                await stop.wait()
        except TimeoutError:
            pass  # nobody wants us to stop
