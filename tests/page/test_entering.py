"""Who may come in, and what may run in the page."""

from playwright.async_api import expect

from tests.page.actions import answered, choose, in_memory
from tests.page.conftest import Visit
from tests.support.http import Http


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
    await page.get_by_label("More").click()
    await page.get_by_role("button", name="Sign out").click()
    await page.reload()
    await expect(page.get_by_label("Your key")).to_be_visible()


async def test_a_key_that_is_not_known_is_refused(visit: Visit) -> None:
    visitor = await visit()
    visitor.guard.expect("status of 401")
    page = await visitor.context.new_page()
    await page.goto(f"{visitor.url}/#key=birds_wrong")
    await expect(page.get_by_role("alert")).to_contain_text("does not know that key")


async def test_after_a_key_was_refused_another_one_shows_the_same_batch(visit: Visit) -> None:
    visitor = await visit()
    visitor.guard.expect("status of 401")
    page = await visitor.arrive()
    await choose(page, in_memory(2, 3000))
    await answered(page, 2)
    await page.evaluate("localStorage.setItem('birds-key', 'birds_wrong')")
    await page.reload()
    await page.get_by_label("Your key").fill(visitor.key)
    await page.get_by_role("button", name="Sign in").click()
    await answered(page, 2)


async def test_no_script_or_style_of_somebody_else_runs(alice: Http) -> None:
    answer = await alice.call("GET", "/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    for forbidden in (b"<style", b" style=", b" onclick=", b"javascript:"):
        assert forbidden not in answer.body
