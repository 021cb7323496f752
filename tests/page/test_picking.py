"""Many photos at once: picked, named and accepted, and all of it taken back."""

from playwright.async_api import expect

from tests.page.actions import answered, cards, choose, in_memory, to_tab
from tests.page.conftest import Visit


async def test_what_is_said_of_many_photos_is_taken_back_at_once(visit: Visit) -> None:
    page = await (await visit()).arrive()
    await choose(page, in_memory(6, 2700))
    await answered(page, 6)
    await to_tab(page, "Photos")
    checked = page.locator(".card").get_by_text("checked")
    await cards(page).nth(1).get_by_role("link").click(modifiers=["Control"])
    await cards(page).nth(3).get_by_role("link").click(modifiers=["Shift"])
    await expect(page.locator(".selection")).to_contain_text("3 picked")
    await page.keyboard.press("c")
    await page.keyboard.type("mall")
    await page.keyboard.press("Enter")
    await expect(page.locator(".gallery h2").filter(has_text="Mallard")).to_contain_text("3 photos")
    await expect(page.locator(".selection")).to_have_count(0)
    await page.get_by_role("button", name="Accept all 3 photos").click()
    await page.get_by_role("dialog").get_by_role("button", name="Accept").click()
    await expect(checked).to_have_count(6)
    await page.keyboard.press("u")
    await expect(checked).to_have_count(3)
    await page.keyboard.press("Control+z")
    await expect(checked).to_have_count(0)


async def test_a_rubber_band_picks_what_it_meets(visit: Visit) -> None:
    page = await (await visit()).arrive()
    await choose(page, in_memory(4, 2800))
    await answered(page, 4)
    await to_tab(page, "Photos")
    await expect(cards(page)).to_have_count(4)
    first, last = await cards(page).first.bounding_box(), await cards(page).nth(1).bounding_box()
    assert first is not None
    assert last is not None
    below = first["y"] + first["height"] + 4
    await page.mouse.move(first["x"] + 20, below)
    await page.mouse.down()
    await page.mouse.move(last["x"] + 20, below - 40, steps=5)
    await page.mouse.up()
    await expect(page.locator(".selection")).to_contain_text("2 picked")
    await expect(page.locator(".picked")).to_have_count(2)
