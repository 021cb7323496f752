"""What axe-core has to say of every view, by day and by night."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.page.actions import cards, choose, folder_of_sixty
from tests.page.conftest import Visit
from tests.support.browser import violations

NARROW = 360  # pixels: the smallest phones that are about


async def judged(page: Page) -> None:
    assert not (found := await violations(page)), "\n".join(found)


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_every_view_can_be_used_by_everybody(
    visit: Visit, size: Any, colours: str, tmp_path: Path
) -> None:
    visitor = await visit(size=size, color_scheme=colours)
    page = await visitor.context.new_page()
    await page.goto(visitor.url)
    await expect(page.get_by_label("Your key")).to_be_visible()
    await judged(page)
    page = await visitor.arrive()
    await judged(page)
    await choose(page, folder_of_sixty(tmp_path / "card"))
    await expect(page.get_by_role("status")).to_contain_text("answered")
    await page.locator(".problems summary").first.click()
    for arrangement in ("By species", "By time", "List"):
        await page.get_by_text(arrangement, exact=True).click()
        await expect(page.locator(".gallery li").first).to_be_visible()
        await judged(page)
    await page.get_by_text("Export").click()
    await judged(page)
    await page.get_by_text("By species").click()
    await cards(page).first.get_by_role("link").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await judged(page)
    await page.get_by_role("button", name="Close").click()
    await page.get_by_role("button", name="Delete").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await judged(page)
    await page.get_by_role("button", name="Cancel").click()
    await page.get_by_role("link", name="Birds").click()
    await expect(page.locator(".batches li")).to_be_visible()
    await judged(page)


@pytest.mark.parametrize("width", [NARROW, 3840])
async def test_nothing_sticks_out_sideways(visit: Visit, width: int, tmp_path: Path) -> None:
    page = await (await visit(size={"viewport": {"width": width, "height": 800}})).arrive()
    await choose(page, folder_of_sixty(tmp_path / "card"))
    await expect(page.get_by_role("status")).to_contain_text("answered")
    for arrangement in ("List", "By time", "By species"):
        await page.get_by_text(arrangement, exact=True).click()
        await expect(page.locator(".gallery li").first).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await cards(page).first.get_by_role("link").click()
    facts = page.locator(".facts")
    assert await facts.evaluate("(element) => element.scrollWidth <= element.clientWidth")


async def test_it_works_by_keyboard_alone(visit: Visit, tmp_path: Path) -> None:
    page = await (await visit()).arrive()
    await choose(page, folder_of_sixty(tmp_path / "card"))
    await expect(page.get_by_role("status")).to_contain_text("answered")
    await page.get_by_role("combobox", name="Show").focus()
    for _ in range(20):
        await page.keyboard.press("Tab")
        if await page.evaluate("Boolean(document.activeElement.closest('.card'))"):
            break
    await page.keyboard.press("Enter")
    photo = page.get_by_role("dialog")
    await expect(photo).to_be_visible()
    first = await photo.locator("dd").first.inner_text()
    await page.keyboard.press("ArrowRight")
    await expect(photo.locator("dd").first).not_to_have_text(first)
    await page.keyboard.press("ArrowLeft")
    await expect(photo.locator("dd").first).to_have_text(first)
    await page.keyboard.press("Escape")
    await expect(photo).to_have_count(0)
