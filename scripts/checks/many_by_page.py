"""A folder of many files, chosen on the page in a browser, and what the page's heap takes meanwhile."""

import asyncio
import time
from pathlib import Path

import aiohttp
from playwright.async_api import CDPSession, Page, expect

from scripts.page_pictures.chromium import running_browser

PATIENCE_MS = 3_600_000
LOOK_S = 2.0


async def send_by_page(url: str, key: str, folder: Path, photos: int) -> tuple[str, float, float]:
    """The batch's export, seconds until all is answered, and megabytes of JavaScript's heap at most."""
    async with running_browser() as browser:
        page = await browser.new_page()
        await page.goto(f"{url}/#key={key}")
        await expect(page.get_by_role("heading", name="Which bird is it?")).to_be_visible(timeout=60_000)
        began = time.monotonic()
        await page.get_by_label("Choose a folder").set_input_files(folder, timeout=PATIENCE_MS)
        largest = await _largest_heap(page, f"All {photos:,} photos answered")
        seconds = time.monotonic() - began
        batch = page.url.partition("#/batches/")[2].partition("/")[0]
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        aiohttp.ClientSession(url, headers=headers) as http,
        http.get(f"/v1/batches/{batch}/export?format=csv") as answer,
    ):
        return await answer.text(), seconds, largest


async def _largest_heap(page: Page, end: str) -> float:
    """In megabytes, without what the collector would free, until the page says `end`."""
    session = await page.context.new_cdp_session(page)
    said = asyncio.create_task(
        expect(page.get_by_role("status")).to_contain_text(end, timeout=PATIENCE_MS), name=end
    )
    largest = 0.0
    while not said.done():
        await asyncio.wait({said}, timeout=LOOK_S)
        largest = max(largest, await _heap(session))
    await said
    return largest


async def _heap(session: CDPSession) -> float:
    await session.send("HeapProfiler.collectGarbage")
    return float((await session.send("Runtime.getHeapUsage"))["usedSize"]) / 1e6
