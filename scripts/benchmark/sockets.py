"""Case E, fan-out: how old an answer is when a thousand websockets receive it, and what it costs."""

import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import psutil

from api.client import BirdsClient
from scripts.benchmark.photos import make_photos
from scripts.benchmark.processes import look
from scripts.benchmark.system import System, written
from scripts.benchmark.table import Row
from scripts.throwaway import ROOT

SOCKETS = 1000
ANSWERS = 1000
ANSWERS_PER_S = 100  # a GPU's
LATEST_MS = 150  # asked of the 99th of 100
MOST_OF_A_CORE = 0.4  # asked of the api
UNLIMITED = {
    "BIRDS_WEBSOCKET_PING_S": "3600",  # the sockets here answer none
    "BIRDS_KEY_WEBSOCKETS": str(2 * SOCKETS),
    "BIRDS_CONNECTIONS_PER_ADDRESS": "0",  # all come from this machine
}


async def measure() -> list[Row]:
    rows = []
    for batches in (1, SOCKETS):
        system = System("null", null_photos_per_s=ANSWERS_PER_S, environment=UNLIMITED)
        with system.running() as stack:
            rows += await _measure(stack, batches)
    return rows


async def _measure(stack: dict[str, Any], batches: int) -> list[Row]:
    worker = psutil.Process(stack["processes"]["worker-1"])
    api = {"api": stack["processes"]["api"]}
    worker.send_signal(signal.SIGSTOP)  # all is queued, and all sockets are open, before the first answer
    async with BirdsClient(stack["url"], stack["key"]) as client:
        ids = await _queued(client, batches)
        watched = [ids[number % batches] for number in range(SOCKETS)]
        async with _receiver(stack, watched) as received:
            worker.send_signal(signal.SIGCONT)
            before, began = look(api), time.perf_counter()
            await _answered(client, ids[-1])
            busy = look(api).since(before)["api"] / (time.perf_counter() - began)
            got = await received()
    ages = np.array(got["ages"])
    where = f"{SOCKETS:,} sockets on {batches:,} batch{'es' if batches > 1 else ''}"
    expected = ANSWERS * SOCKETS if batches == 1 else ANSWERS
    return [
        Row("E", f"{where}: 99 % of receipts", 1000 * float(np.quantile(ages, 0.99)), "ms", LATEST_MS),
        Row("E", f"{where}: half of receipts", 1000 * float(np.median(ages)), "ms"),
        Row("E", f"{where}: api", busy, "cores", MOST_OF_A_CORE),
        Row("E", f"{where}: answers received", got["answers"] / expected, "of those due", 1),
    ]


async def _queued(client: BirdsClient, batches: int) -> list[str]:
    """ANSWERS photos that wait, spread over so many batches."""
    files = written(make_photos(ANSWERS, None))
    ids: list[str] = []
    for number in range(batches):
        ids.append((await client.create_batch(f"watched {number}"))["id"])
        await client.upload(ids[-1], files[number::batches])
    return ids


async def _answered(client: BirdsClient, batch_id: str) -> None:
    after = 0
    while (await client.batch(batch_id))["counts"]["queued"]:
        page = await client.result_page(batch_id, after=after, limit=1000, wait=5)
        after = max((result["seq"] or 0 for result in page["results"]), default=after)


@asynccontextmanager
async def _receiver(stack: dict[str, Any], batch_ids: Sequence[str]) -> AsyncIterator[Any]:
    """All sockets are open; call what is yielded once, for what came."""
    url, pipe = urlsplit(stack["url"]), asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "scripts.benchmark.receiver", str(url.hostname), str(url.port),
        stdin=pipe, stdout=pipe, cwd=ROOT, limit=2**30,
    )  # fmt: skip
    told, telling = process.stdin, process.stdout
    assert told is not None
    assert telling is not None
    try:
        told.write("".join(f"{one} {stack['key']}\n" for one in batch_ids).encode() + b"\n")
        if await telling.readline() != b"ready\n":
            raise RuntimeError("the sockets could not be opened")

        async def received() -> Any:
            told.close()
            return json.loads(await telling.readline())

        yield received
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
