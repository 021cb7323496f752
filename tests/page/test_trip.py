"""A trip at its addresses, found again, shown to others, and in another language."""

from playwright.async_api import expect

from tests.page.actions import answered, cards, choose, in_memory, to_tab
from tests.page.conftest import Visit
from tests.support.http import signed_in
from tests.support.pictures import photos, truncated


async def test_a_reload_the_back_button_and_a_link_show_the_same(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.arrive()
    await choose(page, in_memory(3, 2900))
    await answered(page, 3)
    await page.locator(".tile").first.get_by_role("link").click()
    species = await page.get_by_role("combobox", name="Species").input_value()
    await page.get_by_text("List", exact=True).click()
    await page.get_by_role("combobox", name="Show").select_option("unchecked")
    await page.locator(".line").first.get_by_role("link").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("dialog")).to_be_visible()
    other = await visitor.context.new_page()
    await other.goto(page.url)
    for tab in (page, other):
        await tab.get_by_role("button", name="Close").click()
        await expect(tab.get_by_role("combobox", name="Species")).to_have_value(species)
        await expect(tab.get_by_role("combobox", name="Show")).to_have_value("unchecked")
        await expect(tab.locator(".line").first).to_be_visible()
    await page.go_back()
    await page.go_back()
    await expect(page.locator(".tile").first).to_be_visible()


async def test_a_species_and_a_file_are_found_in_all_trips(visit: Visit) -> None:
    page = await (await visit()).arrive()
    await choose(page, in_memory(2, 3050))
    await answered(page, 2)
    await page.keyboard.press("/")
    await page.keyboard.type("bird-3051")
    found = page.locator(".found a")
    await expect(found).to_have_text("bird-3051.jpg")
    await found.click()
    await expect(page.get_by_role("dialog")).to_contain_text("bird-3051.jpg")


async def test_a_link_shows_one_trip_to_read(visit: Visit) -> None:
    owner, guest = await visit(), await visit(owner="guest")
    page = await owner.arrive()
    await choose(page, in_memory(2, 3060))
    await answered(page, 2)
    await page.get_by_role("button", name="Share").click()
    await page.get_by_label("For whom").fill("Grandma")
    await page.get_by_role("button", name="Make a link").click()
    link = await page.get_by_label("The link, shown this once").input_value()
    await expect(page.get_by_role("dialog")).to_contain_text("Grandma")
    theirs = await guest.arrive()
    await theirs.goto("about:blank")
    await theirs.goto(link)
    await expect(theirs.locator(".tile").first).to_be_visible()
    assert link.partition("share=")[2].partition("&")[0] not in theirs.url
    await expect(theirs.get_by_text("Shared with you")).to_be_visible()
    await to_tab(theirs, "Photos")
    await expect(cards(theirs)).to_have_count(2)
    for word in ("Delete", "Share", "is right"):
        await expect(theirs.get_by_role("button", name=word)).to_have_count(0)
    tab = await guest.context.new_page()  # another tab of theirs has the key of their own still
    await tab.goto(guest.url)
    await expect(tab.get_by_text("None yet")).to_be_visible()
    guest.guard.expect("status of (401|404|429)")  # other tests had wrong keys from this address, too
    await page.get_by_role("button", name="End the link of Grandma").click()
    await theirs.reload()
    await expect(theirs.locator(".tile")).to_have_count(0)


async def test_the_page_speaks_the_language_of_the_browser(visit: Visit) -> None:
    visitor = await visit(locale="de-CH")
    page = await visitor.context.new_page()
    await page.goto(f"{visitor.url}/#key={visitor.key}")
    await expect(page.get_by_role("heading", name="Welcher Vogel ist das?")).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "de-CH"
    await page.get_by_label("Fotos wählen").set_input_files([*in_memory(1, 3070), broken()])
    await expect(page.get_by_role("status")).to_contain_text("Alle 1 Foto beantwortet, 1 abgelehnt")
    await expect(page.locator(".problems")).to_contain_text("Kein Foto in einem lesbaren Format.")


def broken() -> dict[str, object]:
    return {"name": "letter.jpg", "mimeType": "image/jpeg", "buffer": b"Dear birds, this is a letter.\n" * 20}


async def test_what_failed_is_told_without_reading_the_whole_trip(visit: Visit) -> None:
    visitor = await visit()
    async with signed_in(visitor.url, visitor.key) as http:
        batch = await http.batch()
        await http.send(batch, [*photos(2, 3095), ("half.jpg", truncated())])
        await http.close(batch)
        await http.finished(batch)
    page = await visitor.arrive()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{visitor.url}/#/batches/{batch}")
    await expect(page.locator(".problems")).to_contain_text("1 file failed")
    await expect(page.locator(".problems li")).to_have_text("half.jpg")
    assert not [url for url in asked if "/export" in url]
    await to_tab(page, "Photos")
    await expect(cards(page)).to_have_count(3)


async def test_a_trip_is_stopped_and_tells_when_it_goes(visit: Visit) -> None:
    visitor = await visit()
    async with signed_in(visitor.url, visitor.key) as http:
        batch = await http.batch(name="card", expires_in_s=3600)
        await http.send(batch, photos(1, 3090))
    page = await visitor.arrive(f"#/batches/{batch}")
    strip = page.get_by_role("region", name="The trip in short")
    await expect(strip).to_contain_text("Deleted by itself")
    await page.get_by_role("button", name="Stop").click()
    await page.get_by_role("dialog").get_by_role("button", name="Stop").click()
    await expect(strip).to_contain_text("Stopped")
    await expect(page.get_by_role("button", name="Stop")).to_have_count(0)
