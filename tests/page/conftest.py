"""A browser in front of the running system, at the size of a desk and of a phone."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from scripts.page_pictures.chromium import shared_chromium
from tests.support.browser import DESK, SIZES, Guard
from tests.support.processes import System

PATIENCE_MS = 30_000  # for whatever comes by itself, on two loaded cores


@dataclass
class Visitor:
    """Somebody with a browser of their own."""

    context: BrowserContext
    url: str
    key: str
    guard: Guard

    async def arrive(self, fragment: str = "") -> Page:
        """A tab that is signed in, at the view that the fragment names."""
        page = await self.context.new_page()
        await page.goto(f"{self.url}/#key={self.key}")
        await expect(page.get_by_role("heading", name="Which bird is it?")).to_be_visible()
        if fragment:
            await page.goto(f"{self.url}/{fragment}")
        return page


Visit = Callable[..., Any]


@pytest.fixture(scope="session")
def chromium_address() -> Iterator[str]:
    with shared_chromium() as address:
        yield address


@pytest.fixture
async def browser(chromium_address: str) -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(chromium_address)
        yield browser
        await browser.close()  # what this test opened in it


@pytest.fixture
async def visit(browser: Browser, live: System, request: pytest.FixtureRequest) -> AsyncIterator[Visit]:
    """Makes visitors; at the end none of them may have seen an error."""
    async with AsyncExitStack() as cleanup:
        guards: list[Guard] = []

        async def visit(
            system: System = live, owner: str = "alice", size: Any = DESK, url: str = "", **options: Any
        ) -> Visitor:
            url = url or system.url
            storage = urlsplit(system.stack.servers.s3_endpoint).netloc
            guard = Guard({urlsplit(url).netloc, storage})
            context = await browser.new_context(**{**size, **options})
            cleanup.push_async_callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            guard.watch(context)
            guards.append(guard)
            return Visitor(context, url, await system.key(f"{owner} {request.node.nodeid}"), guard)

        yield visit
        for guard in guards:
            guard.check()


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> Any:
    return SIZES[request.param]
