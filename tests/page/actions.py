"""What people do on the page."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Locator, Page, expect

from tests.support.pictures import a_photo, too_many_pixels, truncated

# The cards that are in the page, once they are drawn, and whether that is the gallery's end.
SHOWN = """() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve({
  cards: [...document.querySelectorAll('.card')].map(
    (card) => [card.closest('li').ariaPosInSet, card.querySelector('.name').textContent]),
  end: innerHeight + scrollY >= document.documentElement.scrollHeight - 2,
}))))"""


async def choose(page: Page, files: Sequence[Path | dict[str, Any]]) -> None:
    await page.get_by_label("Choose photos").set_input_files(files)


def in_memory(count: int, first: int = 0, side: int = 96) -> list[dict[str, Any]]:
    """Photos as Playwright takes them without a disk."""
    return [
        {"name": f"bird-{n:03}.jpg", "mimeType": "image/jpeg", "buffer": a_photo(n, (side, side))}
        for n in range(first, first + count)
    ]


def folder_of_sixty(folder: Path) -> list[Path]:
    """60 files with names of photos, of which five are none, each in its own way."""
    folder.mkdir()
    bad = {
        "empty.jpg": b"",
        "letter.jpg": b"Dear birds, this is a letter.\n" * 20,
        "half.jpg": truncated(),
        "huge.png": too_many_pixels(),
        "noise.jpg": a_photo(7)[:30] + b"\x00" * 3000,
    }
    good = {f"bird-{n:02}.jpg": a_photo(1000 + n) for n in range(55)}
    for name, data in {**bad, **good}.items():
        (folder / name).write_bytes(data)
    return sorted(folder.iterdir())


def camera_photo(width: int, height: int, *, orientation: int = 1) -> bytes:
    """A JPEG with a camera's EXIF: date, position, orientation."""
    image = Image.effect_noise((width, height), 60).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8769)[0x9003] = "2025:05:17 06:30:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (47.0, 30.0, 0.0), 3: "E", 4: (8.0, 15.0, 0.0)})
    data = io.BytesIO()
    image.save(data, "JPEG", quality=90, exif=exif)
    return data.getvalue()


async def to_tab(page: Page, name: str) -> None:
    """Of the trip that is shown."""
    await page.get_by_role("navigation", name="Ways to look").get_by_role("link", name=name).click()


async def answered(page: Page, count: int) -> None:
    """Wait until the batch is finished."""
    photos = "photo" if count == 1 else "photos"
    await expect(page.get_by_role("status")).to_contain_text(f"All {count:,} {photos} answered")


def batch_of(page: Page) -> str:
    return page.url.partition("#/batches/")[2].partition("/")[0].partition("?")[0]


def cards(page: Page) -> Locator:
    return page.locator(".card")


async def every_name(page: Page) -> list[str]:
    """The file name of each photo in the gallery, from top to bottom, as a person who scrolls sees them."""
    if await page.get_by_role("dialog").count():
        await page.keyboard.press("Escape")
    if "/photos" not in page.url:
        await to_tab(page, "Photos")
    await page.evaluate("scrollTo(0, 0)")
    names: dict[str, str] = {}
    while True:
        shown = await page.evaluate(SHOWN)
        for place, name in shown["cards"]:
            assert names.setdefault(place, name.strip()) == name.strip()
        if shown["end"]:
            return list(names.values())
        await page.evaluate("scrollBy(0, innerHeight)")
