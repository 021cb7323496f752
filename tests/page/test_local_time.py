"""When a photo was taken, as the page tells it: by the clock there, wherever the page is looked at."""

import io
import re

from PIL import Image
from playwright.async_api import expect

from tests.page.actions import answered, choose, to_tab
from tests.page.conftest import Visit


def photo(seed: int, details: dict[int, str]) -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8769).update(details)
    data = io.BytesIO()
    Image.new("RGB", (96, 72), (seed, 90, 90)).save(data, "JPEG", exif=exif)
    return data.getvalue()


async def test_an_evening_is_shown_as_the_evening_it_was(visit: Visit) -> None:
    """Taken at half past nine in Denver, looked at in Tokyo."""
    page = await (await visit(timezone_id="Asia/Tokyo", locale="en-GB")).arrive()
    phone = photo(1, {0x9003: "2023:05:04 21:30:00", 0x9011: "-06:00"})
    trail_camera = photo(2, {0x9003: "2023:05:04 21:31:00"})
    names = {"phone.jpg": phone, "camera.jpg": trail_camera, "IMG_20230504_213200.jpg": photo(3, {})}
    files = [{"name": name, "mimeType": "image/jpeg", "buffer": data} for name, data in names.items()]
    await choose(page, files)
    await answered(page, 3)
    await to_tab(page, "Days")
    await expect(page.get_by_role("heading", name=re.compile("Thursday,? 4 May 2023"))).to_be_visible()
    for minute in (30, 31, 32):
        await page.locator(".card a").nth(minute - 30).click()
        await expect(page.locator("dl")).to_contain_text(f"4 May 2023 at 21:{minute}")
        await page.go_back()
