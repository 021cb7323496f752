"""The models, as an operator sees them."""

from playwright.async_api import expect

from shared.ledger.database import open_pool
from shared.ledger.shadow import end_candidate, set_candidate
from shared.records import Scope
from tests.page.conftest import Visit
from tests.support.processes import System


async def test_an_operator_sees_the_candidate(live: System, visit: Visit) -> None:
    visitor = await visit()
    visitor.key = await live.key("operator", *Scope)
    async with open_pool(live.stack.postgres_url, 1) as pool:
        await set_candidate(pool, "folder:/nowhere", 7)
        try:
            page = await visitor.arrive("#/models")
            line = page.locator(".shadow")
            await expect(line).to_contain_text("folder:/nowhere answers one photo of 7, too")
        finally:
            await end_candidate(pool)
