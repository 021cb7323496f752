"""Who may come in."""

from playwright.async_api import expect

from tests.page.conftest import Visit


async def test_the_key_leaves_the_address_and_stays_in_the_browser(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.arrive()
    assert visitor.key not in page.url
    assert page.url.endswith("/#/")
    await page.goto(visitor.url)
    await expect(page.get_by_role("heading", name="Which bird is it?")).to_be_visible()
    await expect(page.get_by_label("Your key")).to_have_count(0)


async def test_signing_in_by_hand_and_out_again(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.context.new_page()
    await page.goto(visitor.url)
    await page.get_by_label("Your key").fill(visitor.key)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_text("None yet")).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()
    await page.reload()
    await expect(page.get_by_label("Your key")).to_be_visible()


async def test_a_key_that_is_not_known_is_refused(visit: Visit) -> None:
    visitor = await visit()
    visitor.guard.expect("status of 401")
    page = await visitor.context.new_page()
    await page.goto(f"{visitor.url}/#key=birds_wrong")
    await expect(page.get_by_role("alert")).to_contain_text("does not know that key")
