"""`scripts/screenshots`: sends photos through the page of a stack of its own, and takes pictures of it."""

import asyncio
import sys
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, expect

from scripts.page_pictures.chromium import running_browser
from scripts.throwaway import ROOT, throwaway_stack

HERE = Path(__file__).parent
PHOTOS = ROOT.parent / "shared" / "data"
# In the public domain, free to use, or CC BY; README names their authors.
SHOWN = (
    "commons/AMERICAN WIGEON/american_wigeon.jpg",
    "commons/ANHINGA/anhinga.jpg",
    "commons/CLARKS NUTCRACKER/clarks_nutcracker.jpg",
    "commons/GOLDEN CHEEKED WARBLER/golden-cheeked_warbler.jpg",
    "commons/LARK BUNTING/lark_bunting.jpg",
    "commons/SNOWY PLOVER/snowy_plover.jpg",
    "fullsize/brown_headed_cowbird.jpg",
    "fullsize/great_egret_in_flight.jpg",
    "fullsize/king_eider.jpg",
)
QUALITY = 80  # of the JPEGs: sharp letters, 50 to 100 KB
PATIENCE_MS = 60_000


async def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PHOTOS
    photos = [folder / name for name in SHOWN]
    expect.set_options(timeout=PATIENCE_MS)
    with throwaway_stack(ROOT / "var" / "screenshots", "--port", "0") as stack:
        async with running_browser() as browser:
            await _desk(browser, stack, photos)
            await _phone(browser, stack, photos)


async def _desk(browser: Browser, stack: dict[str, Any], photos: list[Path]) -> None:
    page = await browser.new_page(viewport={"width": 1180, "height": 760})
    await _send(page, stack, photos)
    await expect(page.get_by_role("status")).to_contain_text(f"All {len(photos)} photos answered")
    await expect(page.locator(".strip")).to_contain_text("sightings")
    await _picture(page, "desk")


async def _phone(browser: Browser, stack: dict[str, Any], photos: list[Path]) -> None:
    page = await browser.new_page(viewport={"width": 390, "height": 760}, is_mobile=True, has_touch=True)
    await _send(page, stack, photos[:1])
    await expect(page.get_by_role("dialog")).to_be_visible()
    await _picture(page, "phone")


async def _send(page: Page, stack: dict[str, Any], photos: list[Path]) -> None:
    await page.goto(f"{stack['url']}/#key={stack['key']}")
    await page.get_by_label("Choose photos").set_input_files(photos)


async def _picture(page: Page, name: str) -> None:
    await expect(page.locator("birds-picture[data-state=coming]")).to_have_count(0)
    path = HERE / f"{name}.jpg"
    await page.screenshot(path=path, type="jpeg", quality=QUALITY, animations="disabled")
    print(f"written {path.relative_to(ROOT)}")


if __name__ == "__main__":
    asyncio.run(main())
