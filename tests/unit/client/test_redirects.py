"""Servers that send the client elsewhere: by https to themselves it goes, anywhere else it says so."""

import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from api.cli.running import CouldNotRunError
from api.cli.server import connected
from api.client import BirdsApiError, BirdsClient, Patience, transport

KEY = "birds_secret"
BATCH = {"id": "1", "name": None, "state": "open", "counts": {}, "last_seq": 0}


class Site:
    """A server that notes what it is asked and answers with `answer`."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str, str | None]] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        await request.read()
        self.asked.append((request.method, request.path_qs, request.headers.get("Authorization")))
        response = self.answer(request)
        assert isinstance(response, web.StreamResponse)
        return response


@asynccontextmanager
async def site(answer: Any, tls: ssl.SSLContext | None = None) -> AsyncIterator[Site]:
    made = Site(answer)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "localhost", 0, ssl_context=tls).start()
        made.url = f"{'https' if tls else 'http'}://localhost:{runner.addresses[0][1]}"
        yield made
    finally:
        await runner.cleanup()


def birds(request: web.Request) -> web.Response:
    if request.headers.get("Authorization") != f"Bearer {KEY}" and not request.path.endswith("healthz"):
        problem = {"code": "unauthorized", "detail": "This key is unknown or was revoked."}
        return web.json_response(problem, status=401)
    return web.json_response(BATCH, status=201 if request.method == "POST" else 200)


def to(url: str, status: int) -> Any:
    return lambda request: web.Response(status=status, headers={"Location": url + request.path_qs})


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "cert.pem"
    command = ["openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


@pytest.fixture
async def secure(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    """Birds by https, with a certificate that this process trusts."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    made = transport.aiohttp.TCPConnector
    monkeypatch.setattr(transport.aiohttp, "TCPConnector", lambda **options: made(ssl=trusting, **options))
    async with site(birds, context) as running:
        yield running


@pytest.mark.parametrize("prefix", ["", "/birds"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_server_that_wants_https_gets_everything_by_https(
    secure: Site, status: int, prefix: str
) -> None:
    async with AsyncExitStack() as cleanup:
        plain = await cleanup.enter_async_context(site(to(secure.url, status)))
        client = await cleanup.enter_async_context(BirdsClient(plain.url + prefix, KEY))
        assert (await client.create_batch())["id"] == "1"  # a POST that stays one
        assert (await client.batch("1"))["id"] == "1"
    assert plain.asked == [("GET", f"{prefix}/healthz", None)]  # and the key was not seen by anybody
    assert [(method, path) for method, path, _ in secure.asked] == [
        ("POST", f"{prefix}/v1/batches"),
        ("GET", f"{prefix}/v1/batches/1"),
    ]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_another_server_is_told_and_the_key_does_not_follow(status: int) -> None:
    async with (
        site(birds) as other,
        site(to(other.url.replace("localhost", "127.0.0.1"), status)) as first,
        BirdsClient(first.url, KEY) as client,
    ):
        for call in (client.batch("1"), client.create_batch(), client.check()):
            with pytest.raises(BirdsApiError, match="sends requests on to http://127") as caught:
                await call
            assert caught.value.code == "redirected"
        assert other.asked == []


async def test_the_command_tells_of_redirects_and_pages_and_whose_refusal_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def page(_: web.Request) -> web.Response:
        return web.Response(text="<html>Sign in</html>", content_type="text/html")

    def wall(_: web.Request) -> web.Response:
        return web.Response(status=401, headers={"WWW-Authenticate": "Basic"}, text="<html>401</html>")

    for answer, told in (
        (to("https://elsewhere.example", 301), "https://elsewhere.example/v1/batches"),
        (page, "answered in its place: 200"),
        (wall, "answered in its place: 401"),
    ):
        async with site(answer) as there:
            monkeypatch.setenv("BIRDS_URL", there.url)
            monkeypatch.setenv("BIRDS_KEY", KEY)
            with pytest.raises(CouldNotRunError) as caught:
                async with connected(None, Patience(give_up_after_s=0)) as client:
                    await client.check()
            assert told in str(caught.value)
            assert "refused the key" not in str(caught.value)


async def test_a_key_that_birds_does_not_know_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async with site(birds) as there:
        monkeypatch.setenv("BIRDS_URL", there.url)
        monkeypatch.setenv("BIRDS_KEY", "birds_wrong")
        with pytest.raises(CouldNotRunError, match="the server refused the key"):
            async with connected(None, Patience(give_up_after_s=0)) as client:
                await client.check()
