"""How quick the page is with a trip of 5,000 photos and one of 50,000, timed by the browser itself.

    python -m scripts.checks.large_trips TRIP [--few N] [--many N] [--only tiles|scroll|label|views]

TRIP is a folder that `scripts/made-trip` made. A stack of its own answers it, and the ledger then has it as
often as those numbers ask for. Tells how long the first tile takes, the longest frame while somebody
scrolls, after what time a second browser shows what the first one said; and looks at every view by day and
by night, on a phone, at 360 pixels and in 4K: nothing may stick out sideways, axe-core has no serious
finding, no other host is asked.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from playwright.async_api import Browser, Page, expect

from scripts.checks.multiplied import multiplied
from scripts.checks.trip_by_hand import DESK, birds
from scripts.checks.views_of_trip import looked_at
from scripts.page_pictures.chromium import running_browser
from scripts.throwaway import ROOT, throwaway_stack
from shared.ledger.database import open_pool

TILE_MS = 500
FRAME_MS = 60
LABEL_MS = 1000
TRIES = 3
FILLING_S = 600.0
PATIENCE_MS = 180_000
PARTS = ("tiles", "scroll", "label", "views")
# When the first tile is in the page, and when its picture is seen; in ms since the page was asked for.
FIRST_TILE = """new MutationObserver((_, observer) => {
  const tile = document.querySelector(".tile");
  if (tile) window.tile_ms ??= performance.now();
  if (!tile?.querySelector("[data-state=shown]")) return;
  window.picture_ms = performance.now();
  observer.disconnect();
}).observe(document, { subtree: true, childList: true, attributes: true });"""
# Frames that took long to make, as the browser notes them, and where their time went.
OBSERVE = """() => {
  window.frames = [];
  const told = ({ duration, startTime, styleAndLayoutStart: layout, scripts }) => ({
    ms: Math.round(duration),
    script: Math.round(scripts.reduce((sum, one) => sum + one.duration, 0)),
    layout: layout && Math.round(startTime + duration - layout),
  });
  new PerformanceObserver((list) => frames.push(...list.getEntries().map(told))).observe({
    type: "long-animation-frame", buffered: false,
  });
}"""
# As somebody flings a page: from a share of its height, so many windows' heights a frame, so many frames.
SCROLL = """([from, step, frames]) => new Promise((resolve) => {
  scrollTo(0, from * document.documentElement.scrollHeight);
  const next = () => {
    scrollBy(0, step * innerHeight);
    frames -= 1;
    if (frames > 0) requestAnimationFrame(next);
    else setTimeout(resolve, 100);
  };
  requestAnimationFrame(next);
})"""
FLINGS = [(place, step, 150) for place in (0, 0.4, 0.8) for step in (1, 0.3)]

Figures = dict[str, float]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("trip", type=Path)
    options.add_argument("--few", type=int, default=5_000)
    options.add_argument("--many", type=int, default=50_000)
    options.add_argument("--only", choices=PARTS, action="append")
    given = options.parse_args()
    expect.set_options(timeout=PATIENCE_MS)
    with throwaway_stack(ROOT / "var" / "large", "--port", "0") as stack:
        return asyncio.run(measured(stack, given.trip, (given.few, given.many), given.only or PARTS))


async def measured(stack: dict[str, Any], trip: Path, sizes: tuple[int, int], parts: tuple[str, ...]) -> int:
    small = birds(stack, "classify", str(trip / "photos"), "--name", "Small trip").split()[-1]
    birds(stack, "sightings", small)  # once they are put together
    began = time.monotonic()
    async with open_pool(stack["postgres_url"], 1, FILLING_S) as pool:
        trips = [await multiplied(pool, UUID(small), size, f"{size:,} photos") for size in sizes]
    counts = " and ".join(f"{count:,}" for _, count in trips)
    print(f"trips of {counts} photos filled in {time.monotonic() - began:.0f} s", flush=True)
    few, many = (str(batch) for batch, _ in trips)
    birds(stack, "site", few, "--latitude", "37.16", "--longitude", "-6.34", "--name", "Salt Marsh")
    wrong = 0
    async with running_browser() as browser:
        visitor = _Visitor(browser, stack)
        if "tiles" in parts:
            wrong += _told(TILE_MS, await first_tile(visitor, few))
        if "scroll" in parts:
            wrong += _told(FRAME_MS, await longest_frames(visitor, many))
        if "label" in parts:
            wrong += _told(LABEL_MS, await seen_elsewhere(visitor, few))
        if "views" in parts:
            wrong += await looked_at(visitor.page, stack, few)
    return int(wrong > 0)


def _told(most: float, figures: Figures) -> int:
    for what, found in figures.items():
        verdict = "" if found <= most else "  TOO MUCH"
        print(f"{what:<60}{found:7.0f} ms (at most {most:.0f}){verdict}", flush=True)
    return sum(found > most for found in figures.values())


class _Visitor:
    """Somebody who has been here before: signed in, the page's scripts in the browser's cache."""

    def __init__(self, browser: Browser, stack: dict[str, Any]) -> None:
        self._browser = browser
        self.url = stack["url"]
        self._key = stack["key"]

    @asynccontextmanager
    async def page(self, script: str = "", **size: Any) -> AsyncIterator[Page]:
        context = await self._browser.new_context(**{**DESK, **size})
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        await page.goto(f"{self.url}/#key={self._key}")
        await expect(page.locator(".batches li").first).to_be_visible()
        if script:
            await page.add_init_script(script)
        try:
            yield page
        finally:
            await context.close()

    async def open(self, page: Page, path: str, shown: str) -> None:
        await page.goto("about:blank")
        await page.goto(f"{self.url}/#/batches/{path}")
        await expect(page.locator(shown).first).to_be_visible()


async def first_tile(visitor: _Visitor, batch: str) -> Figures:
    tiles, pictures = [], []
    for _ in range(TRIES):
        async with visitor.page(FIRST_TILE) as page:
            await visitor.open(page, batch, ".tile [data-state=shown]")
            tiles.append(await page.evaluate("tile_ms"))
            pictures.append(await page.evaluate("picture_ms"))
    return {
        f"first tile, {_each(tiles)}": statistics.median(tiles),
        f"its picture, {_each(pictures)}": statistics.median(pictures),
    }


async def longest_frames(visitor: _Visitor, batch: str) -> Figures:
    """Of each way to look at the photos the longest frame, of the best of some tries."""
    found = {}
    async with visitor.page() as page:
        for what, path in {"photos": "photos", "as a list": "photos?by=list", "by day": "days"}.items():
            began = time.monotonic()
            await visitor.open(page, f"{batch}/{path}", ".gallery li")
            await page.wait_for_function("() => performance.getEntriesByName('birds:shown').length")
            print(f"{what}: all there after {time.monotonic() - began:.1f} s", flush=True)
            await page.evaluate(OBSERVE)
            tries = [await _fling(page) for _ in range(TRIES)]
            found[f"longest frame, {what}, {_each([one['ms'] for one in tries])}"] = min(
                one["ms"] for one in tries
            )
    return found


async def _fling(page: Page) -> dict[str, float]:
    await page.evaluate("frames.length = 0")
    for fling in FLINGS:
        await page.evaluate(SCROLL, list(fling))
    frames: list[dict[str, float]] = await page.evaluate("frames")
    none = {"ms": 0.0}  # none took 50 ms, from which on browsers tell
    longest = max(frames, key=lambda frame: frame["ms"], default=none)
    print(f"  {len(frames)} frames of 50 ms or more; the longest: {json.dumps(longest)}", flush=True)
    return longest


async def seen_elsewhere(visitor: _Visitor, batch: str) -> Figures:
    times = []
    async with visitor.page() as one, visitor.page() as other:
        for page in (one, other):
            await visitor.open(page, f"{batch}/photos", ".card .accept")
            await page.wait_for_function("() => performance.getEntriesByName('birds:shown').length")
        for _ in range(TRIES):
            card = one.locator(".card:has(.accept)").first
            photo = await card.get_attribute("data-photo")
            theirs = other.locator(f'[data-photo="{photo}"] .corrected')
            began = time.monotonic()
            await card.locator(".accept").click()
            await theirs.wait_for()
            times.append(1000 * (time.monotonic() - began))
    return {f"a second browser shows a label, {_each(times)}": max(times)}


def _each(times: list[float]) -> str:
    return " ".join(f"{one:.0f}" for one in times)


if __name__ == "__main__":
    sys.exit(main())
