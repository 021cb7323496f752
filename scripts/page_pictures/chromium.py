"""Chromium as it is installed here; Playwright's own would have to be downloaded."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

PROGRAMS = ("chromium", "google-chrome")
MAC_PROGRAMS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# Root has no sandbox; without the others it asks its maker for updates and lists.
OPTIONS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync")


def chromium() -> str:
    """Its path. Raises RuntimeError where there is none."""
    found = [path for name in PROGRAMS if (path := shutil.which(name))]
    found += [path for path in MAC_PROGRAMS if Path(path).exists()]
    if not found:
        raise RuntimeError("no Chromium here: run scripts/setup tests")
    return found[0]


@asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    """A browser without a window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=OPTIONS)
        try:
            yield browser
        finally:
            await browser.close()
