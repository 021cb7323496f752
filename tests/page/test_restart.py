"""The page while the server goes away and comes back."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.page.actions import answered, choose, every_name, in_memory
from tests.page.conftest import Visit
from tests.support.processes import System, system
from tests.support.stack import Stack


@pytest.fixture
async def own(stack: Stack, tmp_path: Path) -> AsyncIterator[System]:
    """A system of this test's own, to be taken apart."""
    async with system(stack, tmp_path, BIRDS_ENGINE="null") as running:
        yield running


async def test_answers_come_after_the_api_was_restarted(own: System, visit: Visit) -> None:
    """All photos are sent, none is answered; the websocket is cut; the answers come over the next one."""
    visitor = await visit(system=own)
    visitor.guard.expect("ERR_CONNECTION_REFUSED|WebSocket connection")
    page = await visitor.arrive()
    [worker] = own.workers
    worker.send(signal.SIGSTOP)
    await choose(page, in_memory(30))
    await expect(page.get_by_role("status")).to_contain_text("Waiting for answers")
    [api] = own.apis
    await api.stop()
    await expect(page.get_by_role("status")).to_contain_text("can't be reached")
    worker.send(signal.SIGCONT)
    await own.restart_api()
    await answered(page, 30)
    assert sorted(await every_name(page)) == [f"bird-{n:03}.jpg" for n in range(30)]


async def test_an_upload_goes_on_after_the_api_was_restarted(own: System, visit: Visit) -> None:
    visitor = await visit(system=own)
    visitor.guard.expect("ERR_CONNECTION_REFUSED|WebSocket connection")
    page = await visitor.arrive()
    await page.route("**/uploads", lambda route: route.abort("connectionrefused"))
    await choose(page, in_memory(30))
    await expect(page.locator(".progress")).to_contain_text("tried again by itself")
    await own.apis[0].stop()
    await page.unroute("**/uploads")
    await own.restart_api()
    await answered(page, 30)
