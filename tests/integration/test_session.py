"""A session with the broker ends when it is told to, whatever has become of the broker."""

import asyncio
import re

import pytest

from shared.broker import session
from shared.broker.session import Session, keep_session
from tests.support.proxy import proxied
from tests.support.stack import Stack


@pytest.mark.parametrize("how", ["silent", "cut", "closing fails", "closing never ends"])
async def test_a_session_that_is_cancelled_ends(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(session, "CLOSE_S", 0.5)
    begun = asyncio.Event()

    async def hold(of: Session) -> None:
        if how.startswith("closing"):
            monkeypatch.setattr(of._connection, "close", fails if how == "closing fails" else never_ends)
        begun.set()
        await asyncio.Event().wait()

    async def fails() -> None:
        raise RuntimeError("closed already")  # as the driver says it

    async def never_ends() -> None:
        await asyncio.Event().wait()

    async with proxied(stack.amqp_url) as proxy:
        url = re.sub(r"@[^/]+/", f"@{proxy.url.replace('http://', '')}/", stack.amqp_url)
        task = asyncio.create_task(keep_session(url, "test", hold))
        await begun.wait()
        if how == "silent":
            proxy.silence()
        elif how == "cut":
            proxy.cut()
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=5)
        assert done, "it begins anew"
        assert task.cancelled()
