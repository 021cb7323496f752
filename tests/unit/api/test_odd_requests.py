"""Requests as nobody means them, from people without a key."""

import json
import random
import zlib
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from pydantic import ValidationError

from api.http import binding, connections
from api.http.binding import MAX_ERRORS, _explained
from api.http.connections import Runner
from api.http.problems import InvalidRequest
from api.http.schemas.base import Body
from api.http.schemas.batches import NewBatch
from api.http.schemas.photos import Announcement
from shared.errors import BirdsError
from tests.support.bare_api import bare_api, said

HEADERS = (
    *("Authorization", "Content-Type", "Content-Encoding", "Cookie", "Host", "Idempotency-Key"),
    *("If-None-Match", "Origin", "Range", "Sec-WebSocket-Protocol", "Upgrade", "traceparent", "Accept"),
    "Transfer-Encoding",
)
VALUES = (
    *(b"Bearer \xff\xfe", b"\xc3\x28", b"Bearer \xf0\x9f\x90\xa6", b"", b"Bearer", b"," * 100),
    b'"\xed\xa0\x80',
)
END = b" HTTP/1.1\r\nHost: birds\r\nConnection: close\r\n"


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with bare_api() as port:
        yield port


@pytest.mark.parametrize("name", HEADERS)
async def test_no_header_is_a_fault_of_ours(port: int, name: str) -> None:
    for value in VALUES:
        for path in (b"/healthz", b"/", b"/v1/nothing"):
            answer = await said(port, b"GET " + path + END + name.encode() + b": " + value + b"\r\n\r\n")
            assert answer[9:10] in (b"2", b"3", b"4"), (value, answer)


async def test_a_key_that_is_no_text_is_refused(port: int) -> None:
    request = b"GET /v1/batches" + END + b"Authorization: Bearer \xff\xfe\r\n\r\n"
    assert (await said(port, request)).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("charset", ["idna", "undefined", "punycode"])
async def test_a_content_type_in_an_odd_character_set_is_refused(port: int, charset: str) -> None:
    kind = f"Content-Type: application/json; charset*={charset}''xn--%ff\r\n\r\n"
    answer = await said(port, b"POST /v1/batches" + END + kind.encode())
    assert answer.startswith(b"HTTP/1.1 400")


async def test_no_path_is_a_fault_of_ours(port: int) -> None:
    dice = random.Random(14)
    for _ in range(300):
        path = b"/" + bytes(dice.choice(range(33, 256)) for _ in range(dice.randrange(1, 30)))
        answer = await said(port, b"GET " + path + END + b"\r\n")
        assert answer[9:10] in (b"2", b"3", b"4"), (path, answer)


@pytest.mark.parametrize("encoding", ["deflate", "gzip", "br", "x"])
async def test_a_packed_body_is_not_unpacked(port: int, encoding: str) -> None:
    body = zlib.compress(bytes(10_000_000))
    head = (
        b"POST /v1/batches"
        + END
        + f"Content-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    )
    answer = await said(port, head + body)
    assert answer.startswith(b"HTTP/1.1 415")


@pytest.mark.parametrize("path", ["/", "/healthz", "/v1/batches", "/nothing", "/static/js/main.js", "/docs"])
async def test_every_answer_is_protected(port: int, path: str) -> None:
    answer = await said(port, b"GET " + path.encode() + END + b"Origin: http://elsewhere\r\n\r\n")
    head = answer.partition(b"\r\n\r\n")[0].decode().lower()
    for line in (
        *("x-content-type-options: nosniff", "referrer-policy: no-referrer", "x-frame-options: deny"),
        *("cross-origin-resource-policy: same-origin", "cross-origin-opener-policy: same-origin"),
    ):
        assert line in head
    assert "access-control-" not in head, "no other origin may read an answer"
    assert ("content-security-policy: default-src 'none'" in head) != path.startswith("/static/")


UNKNOWN = json.dumps({f"{number:x}": 1 for number in range(300_000)})


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (NewBatch, UNKNOWN),
        (NewBatch, json.dumps({"x" * 4_000_000: 1})),
        (Announcement, f'{{"files": [{UNKNOWN}]}}'),
        (Announcement, f'{{"files": [{",".join(["{}"] * 1_000_000)}]}}'),
        (Announcement, f'{{"files": [{",".join(["0"] * 1000)}]}}'),
        (NewBatch, "[" * 4_000_000),
    ],
)
def test_a_large_body_that_is_wrong_is_answered_soon_and_shortly(kind: type[Body], body: str) -> None:
    with pytest.raises(ValidationError) as invalid:
        kind.model_validate_json(body)
    assert invalid.value.error_count() <= 4000, "each costs some microseconds"
    with pytest.raises(InvalidRequest) as raised, _explained("body"):
        raise invalid.value
    told = raised.value.errors
    assert 0 < len(told) <= MAX_ERRORS
    assert sum(len(one.where) + len(one.what) for one in told) < 50_000


async def test_a_json_body_that_does_not_come_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binding, "BODY_S", 0.05)
    monkeypatch.setattr(connections, "LINGER_S", 0.05)

    async def read(request: web.Request) -> web.Response:
        with pytest.raises(BirdsError, match="took more than"):
            await binding._body(request, NewBatch)
        return web.Response(text="given up")

    app = web.Application()
    app.router.add_post("/", read)
    runner = Runner(app, per_address=0, shutdown_s=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    head = b"POST /" + END + b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    assert b"given up" in await said(runner.addresses[0][1], head)
    await runner.cleanup()


def test_an_unknown_member_is_named() -> None:
    with pytest.raises(ValidationError, match="surprise"):
        NewBatch.model_validate_json('{"name": "a", "surprise": 1, "another": 2, "lane": "bulk"}')
