"""The page while the server has no room: it says what is waited for, and goes on by itself."""

import signal
from pathlib import Path

from playwright.async_api import expect

from tests.page.actions import answered, choose, in_memory
from tests.page.conftest import Visit
from tests.support.processes import system
from tests.support.space import broker_alarm, fill, small_disk
from tests.support.stack import Stack

LEAST = 16_000_000


async def test_photos_wait_until_the_disk_has_room(stack: Stack, visit: Visit, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 32) as disk:
        env = {
            "BIRDS_ENGINE": "null",
            "BIRDS_DATA_FOLDER": str(disk),
            "BIRDS_DISK_FREE_BYTES": str(LEAST),
            "BIRDS_RETRY_AFTER_S": "2",
        }
        async with system(stack, tmp_path, **env) as own:
            visitor = await visit(system=own)
            visitor.guard.expect("503|ERR_CONNECTION_REFUSED")  # of pictures, once the system has gone
            page = await visitor.arrive()
            filler = fill(disk, leave=1_000_000)
            await choose(page, in_memory(4))
            await expect(page.locator(".progress")).to_contain_text("The disk takes nothing more")
            filler.unlink()
            await answered(page, 4)


async def test_what_is_waited_for_is_explained(stack: Stack, visit: Visit, tmp_path: Path) -> None:
    """No worker; then one that stands still; then a broker that takes nothing."""
    async with system(stack, tmp_path, workers=0, BIRDS_ENGINE="null") as own:
        visitor = await visit(system=own)
        visitor.guard.expect("503|ERR_CONNECTION_REFUSED")  # no model yet; later no system
        page = await visitor.arrive()
        await choose(page, in_memory(2))
        await expect(page.get_by_role("status")).to_contain_text("No worker is running")
        worker = await own.add_worker(BIRDS_ENGINE="null")
        await answered(page, 2)
        worker.send(signal.SIGSTOP)
        await page.get_by_role("link", name="Birds", exact=True).click()
        await choose(page, in_memory(4, first=2))
        await expect(page.get_by_role("status")).to_contain_text("Waiting for answers")
        async with broker_alarm():
            await expect(page.get_by_role("status")).to_contain_text("The broker takes nothing more")
        worker.send(signal.SIGCONT)
        await answered(page, 4)
        await page.close()  # while pictures can still be loaded
