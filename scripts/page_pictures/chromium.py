"""Chromium as it is installed here; Playwright's own would have to be downloaded."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

PROGRAMS = ("chromium-headless-shell", "chromium", "google-chrome")  # the first does a quarter less work
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


@contextmanager
def shared_chromium() -> Iterator[str]:
    """Many connect to it, one after the other: the address for `connect_over_cdp`. A start costs a second."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = ("--headless", "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank")
        browser = subprocess.Popen([chromium(), *OPTIONS, *options], stderr=subprocess.DEVNULL)
        try:
            yield f"http://127.0.0.1:{_port(Path(profile, 'DevToolsActivePort'), browser)}"
        finally:
            browser.terminate()
            browser.wait()


def _port(told: Path, browser: subprocess.Popen[bytes]) -> str:
    """As the browser writes it once it listens. Raises RuntimeError where it ends before."""
    while not (told.exists() and (lines := told.read_text().split())):
        if browser.poll() is not None:
            raise RuntimeError(f"Chromium ended with {browser.returncode} before it listened")
        time.sleep(0.02)
    return lines[0]
