"""Photos on their way in, through the page."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Error, Page, Route, expect

from tests.page.actions import (
    answered,
    batch_of,
    camera_photo,
    choose,
    every_name,
    folder_of_sixty,
    in_memory,
    to_tab,
)
from tests.page.conftest import Visit
from tests.support import raws
from tests.support.http import signed_in
from tests.support.pictures import zipped
from tests.support.processes import System

LARGE = 700  # pixels a side of noise: over the size up to which photos travel together


async def test_sixty_photos_of_which_five_are_bad(visit: Visit, size: Any, tmp_path: Path) -> None:
    visitor = await visit(size=size)
    page = await visitor.arrive()
    files = folder_of_sixty(tmp_path / "card")
    if size.get("is_mobile"):  # phones have no folders to choose
        await choose(page, files)
    else:
        await page.get_by_label("Choose a folder").set_input_files(tmp_path / "card")
    await expect(page.get_by_role("status")).to_contain_text("answered")
    for text in ("no bytes", "Not a photo in a format", "ends before the picture does", "is more than"):
        await expect(page.locator(".problems")).to_contain_text(text)
    await to_tab(page, "Photos")
    await page.get_by_role("combobox", name="Show").select_option("failed")
    failed = set(await every_name(page))
    await page.get_by_role("combobox", name="Show").select_option("all")
    names = [name for name in await every_name(page) if name not in failed]
    assert sorted(names) == [f"bird-{n:02}.jpg" for n in range(55)]
    async with signed_in(visitor.url, visitor.key) as http:
        batch = (await http.call("GET", f"/v1/batches/{batch_of(page)}")).body
        assert (batch["state"], batch["counts"]["done"]) == ("finished", 55)
        if not size.get("is_mobile"):
            assert batch["name"] == "card"


async def test_a_reload_half_way_goes_on_by_itself(visit: Visit, tmp_path: Path) -> None:
    """The first photos are answered, the rest is still in the browser when it is reloaded."""
    page = await (await visit()).arrive()
    let_go = asyncio.Event()
    requests = 0

    async def only_one(route: Route) -> None:
        nonlocal requests
        requests += 1
        if requests > 1:
            await let_go.wait()
        with suppress(Error):  # the reload has ended this request
            await route.continue_()

    await page.route("**/photos", only_one)
    await choose(page, folder_of_sixty(tmp_path / "card"))
    await to_tab(page, "Photos")
    await expect(page.locator(".card").first).to_be_visible()
    assert await page.locator(".card").count() < 55
    await page.unroute("**/photos")
    await page.reload()
    let_go.set()
    await expect(page.get_by_role("status")).to_contain_text("answered")
    names = await every_name(page)
    good = [name for name in names if name.startswith("bird-")]
    assert sorted(good) == [f"bird-{n:02}.jpg" for n in range(55)]
    await expect(page.locator(".problems li")).to_have_count(5)


async def test_large_photos_go_straight_to_storage(visit: Visit, live: System) -> None:
    page = await (await visit()).arrive()
    puts = requests_of(page, "PUT")
    await choose(page, in_memory_noise(3))
    await answered(page, 3)
    assert len(puts) == 3
    assert all(url.startswith(live.stack.servers.s3_endpoint) for url in puts)


async def test_where_storage_is_out_of_reach_they_go_through_the_api(visit: Visit, live: System) -> None:
    """As a phone comes: to a host that is not this machine, where 127.0.0.1 would be the phone itself."""
    api = await live.add_api(BIRDS_API_HOST="0.0.0.0")
    try:
        page = await (await visit(url=api.url.replace("127.0.0.1", "127.0.0.2"))).arrive()
        puts = requests_of(page, "PUT")
        await choose(page, in_memory_noise(3))
        await answered(page, 3)
        assert not puts
        await page.close()
    finally:
        live.apis.remove(api)
        await api.stop()


async def test_where_storage_turns_out_not_to_answer_they_go_through_the_api(
    visit: Visit, live: System
) -> None:
    visitor = await visit()
    visitor.guard.expect("ERR_FAILED|net::ERR")
    page = await visitor.arrive()
    await page.route(f"{live.stack.servers.s3_endpoint}/**", lambda route: route.abort())
    await choose(page, in_memory_noise(3))
    await answered(page, 3)


async def test_shrinking_keeps_date_place_and_orientation(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.arrive()
    await page.get_by_label("Shrink photos").check()
    photo = camera_photo(3000, 2000, orientation=6)
    await choose(page, [{"name": "camera.jpg", "mimeType": "image/jpeg", "buffer": photo}])
    await answered(page, 1)
    await expect(page.locator(".progress")).to_contain_text("Shrinking saved")
    async with signed_in(visitor.url, visitor.key) as http:
        path = f"/v1/batches/{batch_of(page)}/results"
        [result] = (await http.call("GET", path)).body["results"]
        photo = (await http.call("GET", f"/v1/photos/{result['photo_id']}")).body
    assert (photo["width"], photo["height"]) == (853, 1280)  # upright
    assert (photo["taken_local"], photo["taken_at"]) == ("2025-05-17T06:30:00", None)
    assert (photo["latitude"], photo["longitude"]) == pytest.approx((47.5, 8.25))


async def test_a_zip_is_unpacked_by_the_server(visit: Visit) -> None:
    page = await (await visit()).arrive()
    entries = [("trip/a.jpg", in_memory(1, 400)[0]["buffer"]), ("trip/b.jpg", in_memory(1, 401)[0]["buffer"])]
    archive = {
        "name": "trip.zip",
        "mimeType": "application/zip",
        "buffer": zipped([*entries, ("c.jpg", b"")]),
    }
    await choose(page, [archive])
    await answered(page, 2)
    await expect(page.locator(".problems")).to_contain_text("1 file refused: The file has no bytes.")


async def test_dropped_photos_are_taken(visit: Visit) -> None:
    page = await (await visit()).arrive()
    data = await page.evaluate_handle(
        """async (bytes) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(bytes)], "dropped.jpg", { type: "image/jpeg" }));
          return transfer;
        }""",
        list(in_memory(1, 500)[0]["buffer"]),
    )
    for event in ("dragover", "drop"):
        await page.locator(".intake").dispatch_event(event, {"dataTransfer": data})
    await answered(page, 1)
    assert await every_name(page) == ["dropped.jpg"]


async def test_a_pause_holds_the_rest_back(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.arrive()
    held = asyncio.Event()

    async def hold(route: Route) -> None:
        held.set()  # and never goes on: the pause ends the request

    await page.route("**/photos", hold)
    await choose(page, in_memory(50, 600))
    await held.wait()
    await page.get_by_role("button", name="Pause").click()
    await expect(page.get_by_role("status")).to_contain_text("Paused")
    await page.unroute("**/photos")
    async with signed_in(visitor.url, visitor.key) as http:
        batch = (await http.call("GET", f"/v1/batches/{batch_of(page)}")).body
        assert (batch["state"], batch["counts"]["accepted"]) == ("open", 0)
    await page.get_by_role("button", name="Resume").click()
    await answered(page, 50)


async def test_the_same_photos_again_are_not_sent_again(visit: Visit) -> None:
    page = await (await visit()).arrive()
    await choose(page, in_memory(30, 700))
    await answered(page, 30)
    await page.get_by_role("link", name="Birds").click()
    posts = requests_of(page, "POST")
    await choose(page, in_memory(30, 700))
    await answered(page, 30)
    assert not [url for url in posts if url.endswith("/photos")]
    await expect(page.locator(".progress")).to_contain_text(
        "Not sent, since the server has their bytes: 30 photos"
    )


def in_memory_noise(count: int) -> list[dict[str, Any]]:
    return [
        {"name": f"noise-{n}.jpg", "mimeType": "image/jpeg", "buffer": camera_photo(LARGE + n, LARGE)}
        for n in range(count)
    ]


def requests_of(page: Page, method: str) -> list[str]:
    """Addresses of the requests from now on, as they are made."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if request.method == method else None)
    return found


async def test_a_raw_file_and_its_picture_are_one_photo_wherever_they_lie_among_others(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.arrive()
    raw = {"mimeType": "", "buffer": raws.nef(raws.preview(seed=1), 1) + bytes(300_000)}
    pictures = in_memory(30, 9500)
    pairs = {pictures[n]["name"]: {**raw, "name": f"bird-{9500 + n}.NEF"} for n in (0, 11, 23, 24, 29)}
    await choose(page, [*pairs.values(), *pictures])
    await answered(page, 30)
    await expect(page.locator(".progress")).to_contain_text("one photo with the picture beside it: 5 files")
    async with signed_in(visitor.url, visitor.key) as http:
        results = await http.finished(batch_of(page))
    companions = {result["name"]: result["companions"] for result in results}
    assert companions == {name: [pairs[name]["name"]] if name in pairs else [] for name in companions}
    assert len(companions) == 30
