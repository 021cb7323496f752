"""The feed of a batch: polled, long-polled and over the websocket, one cursor for all."""

import asyncio
import json

import aiohttp
import pytest

from tests.support.http import Http
from tests.support.pictures import photos
from tests.support.processes import System


async def read_to_the_end(ws: aiohttp.ClientWebSocketResponse) -> list[dict[str, object]]:
    messages = [json.loads(message.data) async for message in ws]
    assert ws.close_code == 1000
    return messages


async def test_websocket_replays_then_follows_then_finishes(alice: Http) -> None:
    batch = await alice.batch()
    await alice.send(batch, photos(5))
    async with alice.session.ws_connect(f"{alice.url}/v1/batches/{batch}/events") as ws:
        await alice.send(batch, photos(5, start=5))
        await alice.close(batch)
        messages = await read_to_the_end(ws)
    results = [message for message in messages if message["type"] == "result"]
    assert [result["seq"] for result in results] == list(range(1, 11))
    assert messages[-1]["type"] == "finished"
    progress = [message for message in messages if message["type"] == "progress"]
    assert progress[-1]["counts"] == {"accepted": 10, "queued": 0, "done": 10, "failed": 0}
    polled = await alice.finished(batch)
    assert [{**result, "type": "result"} for result in polled] == results


async def test_websocket_resumes_after_a_seq(alice: Http) -> None:
    batch = await alice.batch()
    await alice.send(batch, photos(6))
    await alice.close(batch)
    await alice.finished(batch)
    async with alice.session.ws_connect(f"{alice.url}/v1/batches/{batch}/events?after=4") as ws:
        messages = await read_to_the_end(ws)
    assert [message["seq"] for message in messages if message["type"] == "result"] == [5, 6]


async def test_browser_passes_its_key_as_a_subprotocol(live: System, alice: Http) -> None:
    key = await live.key("browser")
    async with aiohttp.ClientSession() as bare:
        created = await bare.post(
            f"{live.url}/v1/batches", json={}, headers={"Authorization": f"Bearer {key}"}
        )
        batch = (await created.json())["id"]
        url = f"{live.url}/v1/batches/{batch}/events"
        async with bare.ws_connect(url, protocols=["birds.v1", f"key.{key}"]) as ws:
            assert ws.protocol == "birds.v1"
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await bare.ws_connect(url, protocols=["birds.v1", "key.wrong"])
        assert refused.value.status == 401


async def test_long_poll_returns_as_soon_as_there_is_something(alice: Http) -> None:
    batch = await alice.batch()
    waiting = asyncio.create_task(alice.call("GET", f"/v1/batches/{batch}/results?wait=30"))
    await alice.send(batch, photos(1))
    async with asyncio.timeout(20):
        page = (await waiting).body
    assert [result["seq"] for result in page["results"]] == [1]
    assert page["last_seq"] >= 1


async def test_poll_without_wait_returns_at_once(alice: Http) -> None:
    batch = await alice.batch()
    page = (await alice.call("GET", f"/v1/batches/{batch}/results")).body
    assert page == {"results": [], "last_seq": 0, "state": "open"}


async def test_deleting_a_batch_ends_its_websocket(alice: Http) -> None:
    batch = await alice.batch()
    async with alice.session.ws_connect(f"{alice.url}/v1/batches/{batch}/events") as ws:
        await ws.receive()  # the first progress
        await alice.call("DELETE", f"/v1/batches/{batch}")
        async with asyncio.timeout(30):
            while (await ws.receive()).type != aiohttp.WSMsgType.CLOSE:
                pass
        assert ws.close_code == 4404
