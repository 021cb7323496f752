"""Every view, for everybody: what axe-core says of it by day and by night, on small windows, by keyboard."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.page.actions import camera_photo, cards, choose, folder_of_sixty, to_tab
from tests.page.conftest import Visit, Visitor
from tests.support.browser import DESK, PHONE, violations

NARROW = 360  # pixels: the smallest phones that are about


async def every_view(visitor: Visitor, folder: Path) -> AsyncIterator[Page]:
    """The page at each of its views, with a trip of which some files were no photos."""
    page = await visitor.context.new_page()
    await page.goto(visitor.url)
    await expect(page.get_by_label("Your key")).to_be_visible()
    yield page
    await page.close()
    page = await visitor.arrive()
    yield page
    files = folder_of_sixty(folder)
    (folder / "placed.jpg").write_bytes(camera_photo(320, 240))
    await choose(page, [*files, folder / "placed.jpg"])
    await expect(page.get_by_role("status")).to_contain_text("answered")
    await page.locator(".problems summary").first.click()
    await expect(page.locator(".tile").first).to_be_visible()
    yield page
    await to_tab(page, "Check")
    await expect(page.locator(".check-one")).to_be_visible()
    yield page
    await page.get_by_role("button", name="Accept many").click()
    await expect(page.get_by_role("dialog")).to_contain_text("at least as sure")
    yield page
    await page.get_by_role("button", name="Cancel").click()
    for tab, shown in (("Days", ".scrubber"), ("Map", ".map circle"), ("Photos", ".gallery li")):
        await to_tab(page, tab)
        await expect(page.locator(shown).first).to_be_visible()
        yield page
    await page.get_by_text("List", exact=True).click()
    await expect(page.locator(".line").first).to_be_visible()
    yield page
    await page.get_by_text("By species").click()
    await cards(page).first.get_by_role("link").click(modifiers=["Shift"])
    await expect(page.locator(".selection")).to_contain_text("1 picked")
    yield page
    await page.keyboard.press("Escape")
    await page.get_by_text("Export").click()
    yield page
    await page.get_by_text("Export").click()
    await cards(page).first.get_by_role("link").click()
    photo = page.get_by_role("dialog")
    await photo.get_by_label("Change to").fill("mall")
    await expect(photo.get_by_role("option").first).to_be_visible()
    yield page
    await photo.get_by_label("Change to").press("Enter")
    await expect(photo.get_by_role("heading")).to_have_text("Mallard")
    yield page
    await page.get_by_role("button", name="Close").click()
    for button, answer in (
        ("Model", "Close"),
        ("Where and when", "Close"),
        ("Share", "Close"),
        ("Delete", "Cancel"),
    ):
        await page.get_by_role("button", name=button, exact=True).click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        yield page
        await page.get_by_role("dialog").get_by_role("button", name=answer, exact=True).click()
        await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    yield page
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_role("link", name="Life list").click()
    await expect(page.locator(".tile")).to_have_count(1)
    yield page
    await page.get_by_role("link", name="Models").click()
    await expect(page.locator(".models li").first).to_be_visible()
    await page.get_by_text("What its makers say of it").click()
    yield page
    await page.keyboard.press("/")
    await page.keyboard.type("bird-0")
    await expect(page.locator(".found li").first).to_be_visible()
    yield page
    await page.get_by_role("link", name="Birds", exact=True).click()
    await expect(page.locator(".batches li")).to_be_visible()
    yield page


@pytest.mark.parametrize(("size", "width"), [(DESK, 3840), (PHONE, NARROW)], ids=["desk", "phone"])
async def test_every_view_can_be_used_by_everybody(
    visit: Visit, size: Any, width: int, tmp_path: Path
) -> None:
    """Each in both colours, and on the widest or the narrowest window: nothing sticks out sideways."""
    async for page in every_view(await visit(size=size), tmp_path / "card"):
        for colours in ("light", "dark"):
            await page.emulate_media(color_scheme=colours)
            assert not (found := await violations(page)), "\n".join([page.url, colours, *found])
        await page.set_viewport_size({"width": width, "height": 800})
        await nothing_sticks_out(page, width)
        await page.set_viewport_size(size["viewport"])


async def nothing_sticks_out(page: Page, width: int) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    for element in await page.locator("dialog[open], dialog[open] .facts").all():
        overhang = await element.evaluate("(element) => element.scrollWidth - element.clientWidth")
        assert overhang <= 1, page.url


async def test_it_works_by_keyboard_alone(visit: Visit, tmp_path: Path) -> None:
    page = await (await visit()).arrive()
    await choose(page, folder_of_sixty(tmp_path / "card"))
    await expect(page.get_by_role("status")).to_contain_text("answered")
    await to_tab(page, "Photos")
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
