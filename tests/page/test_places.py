"""Where and when photos were taken, as a person says it on the page."""

from playwright.async_api import expect

from tests.page.actions import answered, choose, in_memory, to_tab
from tests.page.conftest import Visit


async def test_a_click_on_the_map_says_where_a_trip_was(visit: Visit) -> None:
    page = await (await visit()).arrive()
    await choose(page, in_memory(2, 3500))
    await answered(page, 2)
    await page.get_by_role("button", name="Where and when").click()
    form = page.get_by_role("dialog")
    latitude, longitude = form.get_by_label("Latitude"), form.get_by_label("Longitude")
    await expect(form.locator(".graticule").first).to_be_attached()
    await form.locator("svg").click(position={"x": 260, "y": 60})
    await expect(latitude).not_to_have_value("")
    await expect(form.locator("circle")).to_have_count(1)
    await latitude.fill("59.437")
    await longitude.fill("24.7536")
    await form.get_by_label("What the place is called").fill("Garden")
    clock = form.get_by_label("To be added")
    await clock.fill("an hour")
    await clock.blur()
    assert not await clock.evaluate("(field) => field.checkValidity()")
    await clock.fill("-1:00")
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_role("button", name="Forget")).to_be_visible()
    await form.get_by_role("button", name="Close", exact=True).click()
    await to_tab(page, "Map")
    await expect(page.locator(".map circle")).to_have_count(1)
    await expect(page.locator(".map")).to_contain_text("2 photos have a place")
    await page.get_by_role("button", name="Where and when").click()
    await expect(form.get_by_label("Latitude")).to_have_value("59.437")
    await expect(form.get_by_label("To be added")).to_have_value("-1:00")
    await form.get_by_role("button", name="Forget").click()
    await expect(form.get_by_label("Latitude")).to_have_value("")
    await form.get_by_role("button", name="Close", exact=True).click()
    await expect(page.get_by_text("No photo of this trip says where it was taken.")).to_be_visible()
