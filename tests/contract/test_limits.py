"""Limits by key, as whoever meets one is told of it."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from tests.support.http import Http, Reply, signed_in
from tests.support.pictures import photos
from tests.support.processes import Running, System

LOW = {
    "BIRDS_KEY_REQUESTS_A_MINUTE": "40",
    "BIRDS_KEY_PHOTOS_A_DAY": "5",
    "BIRDS_KEY_UPLOADS": "1",
    "BIRDS_KEY_WEBSOCKETS": "1",
    "BIRDS_OWNER_OPEN_BATCHES": "3",
}


@pytest.fixture
async def strict(live: System) -> AsyncIterator[Running]:
    """A further api of the shared system, with limits that are quickly met."""
    api = await live.add_api(**LOW)
    try:
        yield api
    finally:
        live.apis.remove(api)
        await api.stop()


def refused(answer: Reply, policy: str) -> None:
    assert (answer.status, answer.code) == (429, "over-limit")
    assert answer.body["detail"].startswith("This key may ")
    name, told = item(answer.headers["RateLimit-Policy"])
    assert (name, told["q"]) == (policy, QUOTAS[policy])
    assert item(answer.headers["RateLimit"]) == (policy, {"r": 0, "t": int(answer.headers["Retry-After"])})


def item(field: str) -> tuple[str, dict[str, int | str]]:
    """Name and parameters of a RateLimit field with one item, a structured string with integers and strings
    (RFC 9651), of which the draft knows these."""
    assert re.fullmatch(r'"[a-z]+"(;q=\d{1,15}(;qu="[a-z-]+")?(;w=\d{1,15})?|;r=\d{1,15};t=\d{1,15})', field)
    name, *parameters = field.split(";")
    pairs = [one.split("=") for one in parameters]
    return name.strip('"'), {key: int(value) if value.isdigit() else value.strip('"') for key, value in pairs}


QUOTAS = {"requests": 40, "photos": 5, "uploads": 1, "websockets": 1, "batches": 3}


async def test_each_limit_is_told_and_is_nobody_elses(live: System, strict: Running) -> None:
    key = await live.key("greedy")
    async with signed_in(strict.url, key) as greedy, signed_in(strict.url, await live.key("modest")) as other:
        opened = [await greedy.call("POST", "/v1/batches", json={}) for _ in range(4)]
        assert [one.status for one in opened] == [201, 201, 201, 429]
        assert item(opened[0].headers["RateLimit-Policy"]) == ("requests", {"q": 40, "w": 60})
        standing = [item(one.headers["RateLimit"])[1] for one in opened[:3]]
        assert [one["r"] for one in standing] == [39, 38, 37]
        assert all(0 <= int(one["t"]) <= 60 for one in standing)
        refused(opened[3], "batches")
        batch = opened[0].body["id"]
        await one_at_once(greedy, batch)
        sent = await greedy.send(batch, photos(3))
        assert len(sent.body["accepted"]) == 3
        refused(await greedy.send(batch, photos(6)), "photos")
        assert (await greedy.call("GET", f"/v1/batches/{batch}")).body["counts"]["accepted"] == 3
        answers = [await greedy.call("GET", "/v1/batches") for _ in range(41)]
        refused(answers[-1], "requests")
        assert int(answers[-1].headers["Retry-After"]) <= 60
        assert (await other.call("GET", "/v1/batches")).status == 200
        assert len((await other.send(await other.batch(), photos(2))).body["accepted"]) == 2


async def one_at_once(http: Http, batch: str) -> None:
    """One request with photos, and one websocket."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
        begun.set()
        await go_on.wait()
        yield b"--b--\r\n"

    form = {"Content-Type": "multipart/form-data; boundary=b"}
    path = f"/v1/batches/{batch}/photos"
    slow = asyncio.create_task(http.call("POST", path, data=slowly(), headers=form, expect100=True))
    await begun.wait()  # it has been let in, and told so
    refused(await http.send(batch, photos(1)), "uploads")
    go_on.set()
    await slow
    events = f"{http.url}/v1/batches/{batch}/events"
    async with http.session.ws_connect(events) as socket:
        await socket.receive()
        refused(await http.call("GET", events.removeprefix(http.url), headers=UPGRADE), "websockets")


UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}
