"""A trip answered by one model, then by another, and what that changed."""

import asyncio
from pathlib import Path

from playwright.async_api import expect

from scripts.embedded.servers.choice import Servers
from shared.ledger.database import Pool, open_pool
from shared.ledger.models import active_model, promote
from tests.page.actions import answered, choose, in_memory
from tests.page.conftest import Visit
from tests.support.ledger import eventually
from tests.support.models import saved
from tests.support.processes import system
from tests.support.stack import private_stack


async def is_active(pool: Pool, name: str) -> bool:
    model = await active_model(pool)
    return model is not None and model.name == name


async def test_a_trip_is_answered_again_by_another_model(
    servers: Servers, visit: Visit, tmp_path: Path
) -> None:
    await asyncio.to_thread(saved, tmp_path / "small")
    env = {"BIRDS_MODEL": "starter", "BIRDS_PRECISION": "fp32", "BIRDS_MODEL_POLL_S": "0.2"}
    async with (
        private_stack(servers) as stack,
        system(stack, tmp_path, **env) as running,
        open_pool(stack.postgres_url, 1) as pool,
    ):
        page = await (await visit(running)).arrive()
        await choose(page, in_memory(3, 9000))
        await answered(page, 3)
        await promote(pool, f"folder:{tmp_path / 'small'}")
        await eventually(lambda: is_active(pool, "small"), 60)
        model, dialog = page.get_by_role("button", name="Model", exact=True), page.get_by_role("dialog")
        await model.click()
        await dialog.get_by_role("button", name="Answer again by small@1").click()
        await expect(page.locator(".strip")).to_contain_text("small@1 knows")
        await model.click()
        await dialog.get_by_role("button", name="Compare").click()
        await expect(dialog).to_contain_text("of 3 photos alike")
        await expect(dialog.locator(".found li")).to_have_count(3)
        await page.close()  # while there is a server
