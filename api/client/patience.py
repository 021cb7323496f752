"""Trying again (retries with exponential backoff): how long, and with which pauses."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from api.client.errors import BirdsApiError

T = TypeVar("T")


def _in_silence(_: BirdsApiError) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Patience:
    """Pauses double from `first_pause_s` to `longest_pause_s`.

    A server that stays away ends it after `give_up_after_s` (a restart takes less). One that is merely busy
    does not: its backlog drains for as long as it takes, and it says when to come back.
    """

    give_up_after_s: float = 90.0
    first_pause_s: float = 0.25
    longest_pause_s: float = 8.0
    longest_wait_s: float = 900.0
    """What is over in hours, a limit of the day say, nobody sits and waits for."""
    waiting: Callable[[BirdsApiError], None] = _in_silence
    """Told why, whenever a busy server is waited for."""

    async def keep_trying(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """The outcome of `attempt`; its last error when patience ends, any other error at once."""
        pause_s = self.first_pause_s
        away_since: float | None = None
        while True:
            try:
                return await attempt()
            except BirdsApiError as error:
                if not error.may_pass:
                    raise
                if error.busy:
                    if (error.retry_after_s or 0) > self.longest_wait_s:
                        raise
                    self.waiting(error)
                    away_since = None
                else:
                    away_since = away_since or time.monotonic()
                    if time.monotonic() - away_since + pause_s > self.give_up_after_s:
                        raise
                wait_s = max(pause_s, error.retry_after_s or 0)
            # Spread, so that clients which lost the server together do not return together.
            await asyncio.sleep(wait_s * random.uniform(1, 1.25))
            pause_s = min(pause_s * 2, self.longest_pause_s)


IMPATIENT = Patience(give_up_after_s=0)
"""One try; only a busy server is waited for."""
