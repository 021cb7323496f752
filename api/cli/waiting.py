"""Says what a run waits for while nothing moves: the server knows, the person does not."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from api.client import BirdsApiError, BirdsClient

AGAIN_S = 60.0  # before the same is said again
QUIET_S = 10.0  # a worker that loads a model, or answers one large photo, is silent for less


class Limited:
    """Says which limit of this key's is waited for."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._told_at = float("-inf")

    def __call__(self, error: BirdsApiError) -> None:
        if error.code == "over-limit" and time.monotonic() - self._told_at > AGAIN_S:
            self._told_at = time.monotonic()
            self._tell(f"waiting: {error.detail}")


@asynccontextmanager
async def explained(
    client: BirdsClient, batch_id: str, standing: Callable[[], object], tell: Callable[[str], None]
) -> AsyncIterator[None]:
    """While the block runs: where `standing()` stays the same for QUIET_S, `tell` why, each reason once."""
    watching = asyncio.create_task(_watch(client, batch_id, standing, tell), name="what is waited for")
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _watch(
    client: BirdsClient, batch_id: str, standing: Callable[[], object], tell: Callable[[str], None]
) -> None:
    before, told = standing(), None
    while True:
        await asyncio.sleep(QUIET_S)
        now = standing()
        if now == before and (reason := await client.hindrance(batch_id)) != told:
            tell(f"waiting: {reason}" if reason else "the server works again")
            told = reason
        before = now
