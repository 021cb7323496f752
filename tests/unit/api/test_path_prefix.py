"""Below a path that a proxy shows: the page, its files and the documents, with and without the prefix."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import aiohttp
import pytest
from aiohttp import web
from pydantic import ValidationError

from api.http.app import build_app
from api.settings import ApiSettings

STATIC = Path(__file__).parents[3] / "api" / "static"
SERVERS = {
    "s3_endpoint": "http://127.0.0.1:9",
    "s3_access_key": "a",
    "s3_secret_key": "b",
    "postgres_url": "postgresql://127.0.0.1:9",
    "amqp_url": "amqp://127.0.0.1:9",
}
PREFIX = "/sites/birds"


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """Of an app that is asked for nothing but what needs no server."""
    settings = ApiSettings(path_prefix=PREFIX, **SERVERS)
    app = build_app(SimpleNamespace(pool=None, settings=settings, stopping=asyncio.Event()))  # type: ignore[arg-type]
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.mark.parametrize("path", ["/", "/static/js/main.js", "/docs", "/openapi.json", "/healthz"])
async def test_all_is_there_with_and_without_the_prefix(url: str, path: str) -> None:
    async with aiohttp.ClientSession() as session:
        bodies = []
        for root in ("", PREFIX):
            async with session.get(url + root + path) as response:
                assert response.status == 200
                bodies.append(await response.read())
        assert bodies[0] == bodies[1]


async def test_what_is_named_is_below_the_prefix(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{url}{PREFIX}/openapi.json") as response:
            assert (await response.json())["servers"] == [{"url": PREFIX}]
        async with session.get(f"{url}{PREFIX}/nothing") as response:
            assert (await response.json())["type"] == f"{PREFIX}/docs#not-found"
        async with session.get(f"{url}{PREFIX}", allow_redirects=False) as response:
            assert (response.status, response.headers["Location"]) == (308, f"{PREFIX}/")
        async with session.get(f"{url}/metrics-of-another", allow_redirects=False) as response:
            assert response.status == 404


@pytest.mark.parametrize(
    "prefix", ["birds", "/birds/", "//host", "/a b", "/birds?x", "https://host/birds", "/"]
)
def test_a_prefix_that_is_none_is_refused(prefix: str) -> None:
    with pytest.raises(ValidationError, match="path_prefix"):
        ApiSettings(path_prefix=prefix, **SERVERS)


def test_the_page_names_nothing_from_the_root() -> None:
    """But through `api.js`, which puts the page's own path before it."""
    for path in STATIC.rglob("*.*"):
        if "vendor" in path.parts or path.suffix not in (".js", ".html", ".css"):
            continue
        text = path.read_text()
        assert not re.findall(r"""(?:src|href)=["']?/|url\(["']?/|(?:fetch|URL)\(["'`]/|from "/""", text), (
            path
        )
