"""Birds as a proxy shows it below a path of its own: the page, the interface and the command."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urljoin

import aiohttp
import pytest
from playwright.async_api import expect

from tests.page.actions import answered, cards, choose, in_memory, to_tab
from tests.page.conftest import Visit
from tests.support.command import Birds
from tests.support.http import signed_in
from tests.support.path_proxy import PathProxy, shown_below
from tests.support.pictures import a_photo
from tests.support.processes import System

PREFIX = "/sites/birds"


@pytest.fixture(params=["strips", "keeps"])
async def below(live: System, request: pytest.FixtureRequest) -> AsyncIterator[PathProxy]:
    api = await live.add_api(BIRDS_PATH_PREFIX=PREFIX)
    async with shown_below(api.url, PREFIX, strips=request.param == "strips") as proxy:
        yield proxy
    live.apis.remove(api)
    await api.stop()


async def test_the_page_works_below_a_path(below: PathProxy, visit: Visit) -> None:
    visitor = await visit(url=below.url)
    page = await visitor.arrive()
    await choose(page, in_memory(6, side=400))
    await answered(page, 6)
    await to_tab(page, "Photos")
    await expect(cards(page)).to_have_count(6)
    await expect(page.locator(".card img").first).to_be_visible()
    loaded = "(image) => image.complete && image.naturalWidth > 0"
    assert await page.locator(".card img").first.evaluate(loaded)
    await page.reload()
    await expect(cards(page)).to_have_count(6)
    await page.get_by_label("More").click()
    await page.get_by_role("link", name="For programs").click()
    await expect(page.get_by_role("heading", name="Birds")).to_be_visible()
    document = page.get_by_role("link", name="OpenAPI 3.1")
    assert await document.evaluate("(link) => link.href") == f"{below.url}/openapi.json"
    assert below.outside == []


async def test_the_interface_names_addresses_below_the_path(below: PathProxy, live: System) -> None:
    async with signed_in(below.url, await live.key("below")) as http:
        made = await http.call("POST", "/v1/batches", json={})
        one = await http.call("POST", "/v1/classify?wait=0", data=a_photo(8801))
        for answer in (made, one):
            location = urljoin(below.url + "/", answer.headers["Location"])
            async with http.session.get(location) as found:
                assert found.status == 200
        document = (await http.call("GET", "/openapi.json")).body
        [server] = document["servers"]
        async with http.session.get(urljoin(below.url + "/", server["url"]) + "/v1/batches") as found:
            assert found.status == 200
        wrong = await http.call("GET", "/v1/batches/none")
        async with aiohttp.ClientSession() as bare, bare.get(urljoin(below.url, wrong.body["type"])) as docs:
            assert docs.status == 200
        async with aiohttp.ClientSession() as bare, bare.get(below.url) as home:
            assert (home.status, home.content_type) == (200, "text/html")
        routes = (await http.call("GET", "/metrics")).body.decode()
        assert f'route="{PREFIX}' not in routes
    assert below.outside == []


async def test_the_command_works_below_the_path(below: PathProxy, live: System, tmp_path: Path) -> None:
    folder = tmp_path / "card"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.jpg").write_bytes(a_photo(8900 + number, (500, 500)))
    birds = Birds(tmp_path, BIRDS_URL=below.url, BIRDS_KEY=await live.key("below"))
    ended = await birds("classify", folder, "--csv", tmp_path / "out.csv")
    assert ended.status == 0, ended
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 4
    assert below.outside == []


async def test_a_page_whose_parts_do_not_come_does_not_say_that_it_starts(live: System, visit: Visit) -> None:
    """A proxy that takes a prefix away and is asked without the slash at its end."""
    async with shown_below(live.url, PREFIX, strips=True) as proxy:
        visitor = await visit(url=proxy.url)
        visitor.guard.expect("404|MIME|Refused")
        page = await visitor.context.new_page()
        await page.goto(proxy.url)
        await expect(page.get_by_text("Its parts do not come")).to_be_visible()
        assert await page.get_by_text("starting").count() == 0
