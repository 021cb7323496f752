"""Looking at a batch, and having the last word on it."""

import csv
import io
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from playwright.async_api import Page, expect

from tests.page.actions import answered, batch_of, camera_photo, cards, choose, every_name, in_memory, to_tab
from tests.page.conftest import Visit, Visitor
from tests.support.http import signed_in
from tests.support.ledger import eventually
from tests.support.pictures import a_photo
from tests.support.processes import System


async def sent(visitor: Visitor, count: int, first: int) -> Page:
    """A tab that shows a finished batch."""
    page = await visitor.arrive()
    await choose(page, in_memory(count, first))
    await answered(page, count)
    if count > 1:
        await to_tab(page, "Photos")
    return page


async def exported(visitor: Visitor, batch: str) -> list[dict[str, str]]:
    async with signed_in(visitor.url, visitor.key) as http:
        table = (await http.call("GET", f"/v1/batches/{batch}/export?format=csv")).body.decode()
    return list(csv.DictReader(io.StringIO(table)))


async def test_a_correction_is_shown_and_exported(visit: Visit, size: Any) -> None:
    visitor = await visit(size=size)
    page = await sent(visitor, 3, 2000)
    await cards(page).first.get_by_role("link").click()
    photo = page.get_by_role("dialog")
    await photo.get_by_label("Change to").fill("Bald Eagle")
    await photo.get_by_label("Change to").press("Enter")
    await expect(photo).to_contain_text("A person says: Bald Eagle")
    await expect(photo.get_by_role("heading")).to_have_text("Bald Eagle")
    await photo.get_by_role("button", name="Close").click()
    await expect(page.locator(".gallery h2").filter(has_text="Bald Eagle")).to_be_visible()
    rows = await exported(visitor, batch_of(page))
    assert [row["corrected_species"] for row in rows if row["corrected_species"]] == ["Bald Eagle"]
    await page.reload()
    await page.get_by_role("combobox", name="Show").select_option("checked")
    await expect(cards(page)).to_have_count(1)
    await expect(cards(page).first).to_contain_text("checked")


async def test_one_key_accepts_or_says_that_it_is_no_bird(visit: Visit) -> None:
    visitor = await visit()
    page = await sent(visitor, 3, 2100)
    await page.get_by_text("List", exact=True).click()
    await page.locator(".line").first.get_by_role("link").click()
    photo = page.get_by_role("dialog")
    shown = await photo.get_by_role("heading").inner_text()
    await page.keyboard.press("a")
    await expect(photo).to_contain_text(f"A person says: {shown}")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("n")
    await expect(photo).to_contain_text("A person says: Not a bird")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("a")
    await page.keyboard.press("u")
    await expect(photo.get_by_role("button", name="Accept")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(photo).to_have_count(0)
    wanted = {"bird-2100.jpg": shown, "bird-2101.jpg": "Not a bird", "bird-2102.jpg": ""}

    async def said() -> bool:
        rows = await exported(visitor, batch_of(page))
        return {row["name"]: row["corrected_species"] for row in rows} == wanted

    await eventually(said)  # the last word goes out after the one before it was answered


async def test_a_tap_on_the_card_accepts(visit: Visit) -> None:
    page = await sent(await visit(), 2, 2200)
    await cards(page).first.get_by_role("button", name="is right").click()
    await expect(cards(page).first).to_contain_text("checked")


async def test_a_single_photo_opens_by_itself_and_says_when_and_where(visit: Visit, size: Any) -> None:
    page = await (await visit(size=size)).arrive()
    way_in = "Take a picture" if size.get("is_mobile") else "Choose photos"
    photo = {"name": "camera.jpg", "mimeType": "image/jpeg", "buffer": camera_photo(640, 480)}
    await page.get_by_label(way_in).set_input_files([photo])
    facts = page.get_by_role("dialog").locator("dl")
    await expect(facts).to_contain_text("May 17, 2025")
    await expect(facts).to_contain_text("47.50000° N, 8.25000° E")
    await expect(facts).to_contain_text("640 × 480 pixels")
    await expect(facts).to_contain_text("birds525@1")
    await expect(page.get_by_role("dialog").locator("tbody tr")).to_have_count(5)
    picture = page.get_by_role("dialog").locator("birds-picture")
    await expect(picture).to_have_attribute("data-state", "shown")
    assert await picture.locator("img").evaluate("(image) => image.naturalWidth") == 640


async def test_two_tabs_show_the_same_batch(visit: Visit) -> None:
    visitor = await visit()
    first, second = await visitor.arrive(), await visitor.arrive()
    await choose(first, in_memory(20, 2300))
    await first.wait_for_url("**/#/batches/*")
    await second.goto(first.url)
    for tab in (first, second):
        await answered(tab, 20)
        assert sorted(await every_name(tab)) == [f"bird-{n}.jpg" for n in range(2300, 2320)]


async def test_two_tabs_see_each_others_words(visit: Visit) -> None:
    """Of a finished batch, without a reload; also that a word was taken back."""
    visitor = await visit()
    first, second = await visitor.arrive(), await visitor.arrive()
    await choose(first, in_memory(2, 2350))
    await answered(first, 2)
    await second.goto(first.url)
    await answered(second, 2)
    for tab in (first, second):
        await to_tab(tab, "Photos")
    await cards(first).first.get_by_role("link").click()
    await first.keyboard.press("n")
    await expect(second.locator(".card").get_by_text("checked")).to_have_count(1)
    await first.keyboard.press("u")
    await expect(second.locator(".card").get_by_text("checked")).to_have_count(0)


async def test_another_owner_sees_nothing(visit: Visit) -> None:
    page = await sent(await visit(), 1, 2400)
    other = await visit(owner="bob")
    other.guard.expect("status of 404")
    theirs = await other.arrive(f"#/batches/{batch_of(page)}")
    await expect(theirs.get_by_role("alert")).to_contain_text("There is no such trip")
    await expect(theirs.get_by_text("None yet")).to_be_visible()


async def test_filters_and_arrangements(visit: Visit) -> None:
    page = await (await visit()).arrive()
    await choose(
        page,
        [*in_memory(6, 2500), {"name": "c.jpg", "mimeType": "image/jpeg", "buffer": camera_photo(99, 99)}],
    )
    await answered(page, 7)
    await to_tab(page, "Days")
    headings = page.locator(".gallery h2")
    await expect(headings).to_have_text(["Saturday, May 17, 2025 1 photo", "No date in the photo 6 photos"])
    await to_tab(page, "Photos")
    await page.get_by_label("No surer than").fill("0")
    await expect(page.get_by_text("No photo is like that")).to_be_visible()
    await page.get_by_label("No surer than").fill("100")
    shown = await page.get_by_role("combobox", name="Species").locator("option").nth(1).get_attribute("value")
    await page.get_by_role("combobox", name="Species").select_option(shown)
    await expect(cards(page).first).to_contain_text(shown)


async def test_batches_are_listed_exported_and_deleted(visit: Visit) -> None:
    visitor = await visit()
    page = await sent(visitor, 2, 2600)
    for label, begin in (("CSV", b"seq,photo_id"), ("JSON Lines", b'{"seq":1'), ("Parquet", b"PAR1")):
        await page.get_by_text("Export").click()
        async with page.expect_download() as download:
            await page.get_by_role("button", name=label).click()
        path = await (await download.value).path()
        assert path.read_bytes().startswith(begin)
        await page.get_by_text("Export").click()
    await page.get_by_role("link", name="Birds").click()
    await expect(page.locator(".batches li")).to_contain_text("2 photos")
    await page.locator(".batches").get_by_role("button", name="Delete").click()
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.locator(".batches li")).to_have_count(1)
    await page.locator(".batches").get_by_role("button", name="Delete").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    await expect(page.get_by_text("None yet")).to_be_visible()


async def test_the_part_that_was_looked_at_again_is_framed(visit: Visit, live: System) -> None:
    """In the large view, over the picture as it is fitted into its place."""
    visitor = await visit()
    page = await visitor.arrive()
    photo = {"name": "wide.jpg", "mimeType": "image/jpeg", "buffer": a_photo(2500, (640, 160))}
    await choose(page, [photo])
    await answered(page, 1)
    ledger = await asyncpg.connect(live.stack.postgres_url)
    await ledger.execute(
        "update photos set box = $1::text::jsonb where batch_id = $2",
        '{"x": 0.25, "y": 0.5, "width": 0.25, "height": 0.5}',
        UUID(batch_of(page)),
    )
    await ledger.close()
    await page.reload()
    frame = page.get_by_role("dialog").get_by_role("img", name="Frame around the bird").locator("rect")
    await expect(page.get_by_role("dialog")).to_contain_text("the part in the frame")
    seen, picture = await frame.bounding_box(), await page.locator(".picture img").bounding_box()
    assert seen is not None
    assert picture is not None
    width, height = picture["width"], picture["width"] / 4  # a wide photo is fitted by its width
    top = picture["y"] + (picture["height"] - height) / 2
    expected = (picture["x"] + width / 4, top + height / 2, width / 4, height / 2)
    assert (seen["x"], seen["y"], seen["width"], seen["height"]) == pytest.approx(expected, abs=3)
