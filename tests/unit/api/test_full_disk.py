"""A temporary file of ours that finds no space is no fault of the request's, and no error of ours."""

import asyncio
import errno
from types import SimpleNamespace

import aiohttp
import pytest
from aiohttp import web

from api.http.app import build_app
from api.settings import ApiSettings
from tests.unit.api.test_path_prefix import SERVERS


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [(errno.ENOSPC, 503, "no-space"), (errno.EDQUOT, 503, "no-space"), (errno.EACCES, 500, "internal")],
)
async def test_what_a_full_disk_answers(number: int, status: int, code: str) -> None:
    async def handle(_: web.Request) -> web.Response:
        raise OSError(number, "of the system")

    services = SimpleNamespace(pool=None, settings=ApiSettings(**SERVERS), stopping=asyncio.Event())
    app = build_app(services)  # type: ignore[arg-type]
    app.router.add_get("/writes", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/writes"
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            assert (response.status, (await response.json(content_type=None))["code"]) == (status, code)
            assert ("Retry-After" in response.headers) is (status == 503)
    finally:
        await runner.cleanup()
