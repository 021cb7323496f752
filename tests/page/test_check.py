"""Sightings checked one after the other, by keys and by swipes."""

import re
from collections.abc import Sequence

from playwright.async_api import Page, Route, expect

from tests.page.actions import answered, choose, in_memory, to_tab
from tests.page.conftest import Visit, Visitor
from tests.support.browser import PHONE

SCALE = "Number(document.querySelector('birds-zoom > div').style.transform.match(/scale\\((.*)\\)/)[1])"


async def to_check(visitor: Visitor, count: int, first: int) -> Page:
    page = await visitor.arrive()
    await choose(page, in_memory(count, first))
    await answered(page, count)
    await to_tab(page, "Check")
    await left(page, count)
    return page


async def left(page: Page, count: int) -> None:
    sightings = "sighting" if count == 1 else "sightings"
    await expect(page.locator(".check-one").get_by_role("status")).to_contain_text(
        f"{count} {sightings} left"
    )


async def test_each_sighting_takes_one_key(visit: Visit) -> None:
    page = await to_check(await visit(), 5, 3100)
    await page.keyboard.press("a")
    await left(page, 4)
    await page.keyboard.press("c")
    await page.keyboard.type("mallard")
    await page.keyboard.press("Enter")
    await left(page, 3)
    await page.keyboard.press("r")
    await left(page, 2)
    await page.keyboard.press("u")
    await left(page, 3)
    await expect(page.get_by_role("button", name="Mallard r")).to_be_visible()
    await page.keyboard.press("l")
    await page.keyboard.press("1")
    await left(page, 2)
    await page.reload()
    await left(page, 2)
    await page.keyboard.press("n")
    await page.keyboard.press("n")
    await expect(page.get_by_text("All sightings are checked.")).to_be_visible()
    await to_tab(page, "Species")
    await expect(page.locator(".strip")).to_contain_text("0 to check")
    await expect(page.locator(".tile").filter(has_text="Mallard")).to_contain_text("1 photo · all checked")


async def test_a_reload_loses_no_word(visit: Visit) -> None:
    page = await to_check(await visit(), 3, 3300)

    async def never_there(_: Route) -> None:
        """On its way when the page is left."""

    await page.route("**/labels", never_there)
    await page.keyboard.press("a")
    await page.keyboard.press("n")
    await left(page, 1)
    await page.unroute("**/labels")
    await page.reload()
    await left(page, 1)
    await page.keyboard.press("n")
    await expect(page.get_by_text("All sightings are checked.")).to_be_visible()
    await to_tab(page, "Species")
    await expect(page.locator(".strip")).to_contain_text("0 to check")


async def test_the_photo_is_enlarged_where_one_points(visit: Visit) -> None:
    page = await to_check(await visit(), 2, 3200)
    zoom = page.locator("birds-zoom")
    inner = zoom.locator("> div")
    await zoom.dblclick()
    await expect(inner).to_have_attribute("style", re.compile(r"scale\(3\)"))
    await zoom.dblclick()
    await expect(inner).to_have_attribute("style", re.compile(r"scale\(1\)"))
    await page.mouse.wheel(0, -300)
    await page.wait_for_function(f"() => {SCALE} > 2.5")
    await page.keyboard.press("l")
    await page.wait_for_function(f"() => {SCALE} === 1")


async def test_a_swipe_says_yes_or_later(visit: Visit) -> None:
    page = await to_check(await visit(size=PHONE), 3, 3300)
    first = await page.locator(".check-one").get_attribute("data-photo")
    await swipe(page, -200)
    await expect(page.locator(".check-one")).not_to_have_attribute("data-photo", str(first))
    await left(page, 3)
    await swipe(page, 200)
    await left(page, 2)


async def test_two_fingers_enlarge_what_lies_between_them(visit: Visit) -> None:
    page = await to_check(await visit(size=PHONE), 2, 3350)
    x, y = await middle_of_photo(page)
    await touch(page, *([(x - apart, y), (x + apart, y)] for apart in (20, 40, 60)))
    await page.wait_for_function(f"() => Math.abs({SCALE} - 3) < 0.1")
    await touch(page, *([(x - apart, y), (x + apart, y)] for apart in (60, 20, 5)))
    await page.wait_for_function(f"() => {SCALE} === 1")
    await left(page, 2)  # no swipe


async def middle_of_photo(page: Page) -> tuple[float, float]:
    box = await page.locator("birds-zoom").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def touch(page: Page, *moments: Sequence[tuple[float, float]]) -> None:
    """Fingers go down where they are at the first moment, to where they are at the others, and up again."""
    client = await page.context.new_cdp_session(page)
    for number, fingers in enumerate([*moments, []]):
        kind = "touchEnd" if not fingers else "touchMove" if number else "touchStart"
        points = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(fingers)]
        await client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


async def swipe(page: Page, distance: int) -> None:
    x, y = await middle_of_photo(page)
    await touch(page, *([(x + at, y)] for at in (0, distance // 2, distance)))


async def test_many_are_accepted_after_what_was_drawn_is_told(visit: Visit) -> None:
    page = await to_check(await visit(), 2, 3400)
    await page.get_by_role("button", name="Accept many").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("at least as sure")
    await dialog.get_by_role("button", name="Accept all from").click()
    await expect(dialog).to_have_count(0)
    await left(page, 2)  # drawn photos show no bird, and only species are accepted so
