"""Three readers of a large batch, cut again and again, on two api replicas with two workers."""

import asyncio
import json
import random
from pathlib import Path

import aiohttp
import pytest

from scripts.embedded.servers.choice import Servers
from tests.support.http import Http, signed_in
from tests.support.pictures import photos
from tests.support.processes import system
from tests.support.stack import private_stack

PHOTOS = 1000
CUTS = 20


async def watch(urls: list[str], key: str, batch: str, seed: int) -> list[int]:
    """Every seq that a websocket client sees; it breaks off at random and resumes at the other replica."""
    dice = random.Random(seed)
    seen: list[int] = []
    for cut in range(CUTS + 1):
        patience = dice.randrange(1, 2 * PHOTOS // CUTS) if cut < CUTS else PHOTOS + 1
        after = seen[-1] if seen else 0
        async with signed_in(urls[cut % 2], key) as http:
            url = f"{http.url}/v1/batches/{batch}/events?after={after}"
            async with http.session.ws_connect(url) as ws:
                async for message in ws:
                    body = json.loads(message.data)
                    if body["type"] == "result":
                        seen.append(body["seq"])
                        patience -= 1
                    if patience == 0:
                        break  # the connection is dropped with messages under way
    return seen


async def poll(urls: list[str], key: str, batch: str, seed: int) -> list[int]:
    """The same, long-polling; a cut is a request abandoned before its answer."""
    dice = random.Random(seed)
    seen: list[int] = []
    cuts = 0
    while True:
        async with signed_in(urls[cuts % 2], key) as http:
            path = f"/v1/batches/{batch}/results?after={seen[-1] if seen else 0}&limit=60&wait=10"
            try:
                abandon_s = dice.uniform(0, 0.05) if cuts < CUTS else 30
                page = (await http.call("GET", path, timeout=aiohttp.ClientTimeout(abandon_s))).body
            except TimeoutError:
                cuts += 1
                continue
            seen += [result["seq"] for result in page["results"]]
            if page["state"] == "finished" and not page["results"]:
                return seen


async def upload(http: Http, batch: str) -> None:
    for start in range(0, PHOTOS, 100):
        assert (await http.send(batch, photos(100, start))).status == 202
    await http.close(batch)


@pytest.mark.timeout(240)
async def test_every_reader_sees_every_result_once(servers: Servers, tmp_path: Path) -> None:
    async with (
        private_stack(servers) as stack,
        system(stack, tmp_path, apis=2, workers=2, BIRDS_ENGINE="null") as running,
    ):
        key = await running.key("alice")
        urls = [api.url for api in running.apis]
        async with signed_in(urls[0], key) as http:
            batch = await http.batch()
            readers = asyncio.gather(
                watch(urls, key, batch, 1), watch(urls[::-1], key, batch, 2), poll(urls, key, batch, 3)
            )
            await upload(http, batch)
            for seen in await readers:
                assert seen == list(range(1, PHOTOS + 1))
            counts = (await http.call("GET", f"/v1/batches/{batch}")).body["counts"]
            assert counts == {"accepted": PHOTOS, "queued": 0, "done": PHOTOS, "failed": 0}
