"""The api as a process: it stops without cutting anybody off, and lets nobody slow it down."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from scripts.embedded.servers.choice import Servers
from shared.ledger.answers import record_answers
from shared.ledger.database import open_pool
from shared.ledger.keys import find_access
from shared.records import Answer, BatchId
from tests.support.http import Http, signed_in
from tests.support.ledger import a_batch, queue_photos
from tests.support.pictures import a_photo
from tests.support.processes import System, system
from tests.support.stack import private_stack

FORM = {"Content-Type": "multipart/form-data; boundary=cut"}


@pytest.fixture
async def own(servers: Servers, tmp_path: Path) -> AsyncIterator[System]:
    """An api that this test may stop; nobody answers."""
    patience = {"BIRDS_WEBSOCKET_SEND_S": "0.5"}
    async with private_stack(servers) as stack, system(stack, tmp_path, workers=0, **patience) as running:
        yield running


async def test_a_process_that_is_told_to_stop_ends_what_it_began(own: System) -> None:
    told = asyncio.Event()

    async def slow_form() -> AsyncIterator[bytes]:
        for number in range(3):
            head = f'--cut\r\nContent-Disposition: form-data; name="f"; filename="{number}.jpg"\r\n\r\n'
            yield head.encode() + a_photo(number) + b"\r\n"
            if number:  # a photo is complete when the next one begins
                await told.wait()
        yield b"--cut--\r\n"

    async with signed_in(own.url, await own.key("alice")) as alice:
        batch = await alice.batch()
        async with alice.session.ws_connect(f"{own.url}/v1/batches/{batch}/events") as ws:
            await ws.receive()  # the first progress
            sending = asyncio.create_task(
                alice.call("POST", f"/v1/batches/{batch}/photos", data=slow_form(), headers=FORM)
            )
            polling = asyncio.create_task(alice.call("GET", f"/v1/batches/{batch}/results?after=9&wait=60"))
            while (await ws.receive()).json()["counts"]["accepted"] == 0:
                pass  # the first photo has arrived, so the request is under way
            own.apis[0].send(signal.SIGTERM)
            async with asyncio.timeout(10):
                assert (await ws.receive()).type == aiohttp.WSMsgType.CLOSE
            assert ws.close_code == aiohttp.WSCloseCode.GOING_AWAY
            assert (await polling).status == 200
            told.set()
            assert len((await sending).body["accepted"]) == 3
    assert await own.apis[0].stop() == 0


async def test_a_client_that_does_not_read_is_closed(own: System) -> None:
    key = await own.key("alice")
    async with open_pool(own.stack.postgres_url, 2) as pool, signed_in(own.url, key) as alice:
        access = await find_access(pool, key)
        assert access is not None
        owner = access.owner_id
        batch = await a_batch(pool, owner)
        names = [f"{number}-{'x' * 480}.jpg" for number in range(400)]
        for start in range(0, len(names), 100):
            accepted = await queue_photos(pool, owner, batch, names[start : start + 100])
            answers = [wordy_answer(batch, photo.photo_id) for photo in accepted]
            await record_answers(pool, answers, None)
        received = await asyncio.to_thread(read_late, own, batch, key)
        assert received.endswith(b"\x88\x02\x03\xf5")  # the close frame with 1013
        assert await websockets(alice) == 0


def wordy_answer(batch: BatchId, photo: object) -> Answer:
    """About 20 kB: more of these than the buffers of two kernels hold."""
    predictions = [{"species": 1000 * "S", "scientific_name": None, "probability": 0.5}] * 20
    return Answer(photo, batch, predictions=predictions)  # type: ignore[arg-type]


def read_late(own: System, batch: BatchId, key: str) -> bytes:
    """All bytes of a websocket whose client reads nothing until the server has given it up."""
    port = int(own.url.rpartition(":")[2])
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", port))
        request = [
            f"GET /v1/batches/{batch}/events HTTP/1.1",
            "Host: birds",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            f"Sec-WebSocket-Protocol: birds.v1, key.{key}",
        ]
        client.sendall("\r\n".join([*request, "", ""]).encode())
        client.settimeout(20)
        asyncio.run(asyncio.sleep(2))  # four times what the server waits
        received = b""
        while not received.endswith(b"\x88\x02\x03\xf5") and (more := client.recv(65536)):
            received += more
        return received


async def websockets(http: Http) -> float:
    """How many the api holds open, once it has closed those it gave up."""
    async with asyncio.timeout(20):
        while True:
            text = (await http.call("GET", "/metrics")).body.decode()
            line = next(line for line in text.splitlines() if line.startswith("birds_api_websockets "))
            if not (count := float(line.split()[1])):
                return count
            await asyncio.sleep(0.2)
