"""Case E, fan-out: how old an answer is when a thousand websockets receive it, and what it costs."""

import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import psutil

from api.client import BirdsClient
from scripts.benchmark.photos import make_photos
from scripts.benchmark.processes import look
from scripts.benchmark.system import Stack, System, written
from scripts.benchmark.table import Row
from scripts.throwaway import ROOT

ANSWERS_PER_S = 100  # a GPU's
LATEST_MS = 150  # asked of the 99th of 100
MOST_OF_A_CORE = 0.4  # asked of the api
UNLIMITED = {
    "BIRDS_WEBSOCKET_PING_S": "3600",  # the sockets here answer none
    "BIRDS_KEY_WEBSOCKETS": "100000",
    "BIRDS_CONNECTIONS_PER_ADDRESS": "0",  # all come from this machine
}


@dataclass(frozen=True)
class Crowd:
    sockets: int = 1000
    answers: int = 1000


async def measure() -> list[Row]:
    rows = []
    for batches in (1, Crowd.sockets):
        system = System("null", null_photos_per_s=ANSWERS_PER_S, environment=UNLIMITED)
        with system.running() as stack:
            rows += await measured(Crowd(), batches, stack)
    return rows


async def measured(of: Crowd, batches: int, stack: Stack) -> list[Row]:
    worker = psutil.Process(stack["processes"]["worker-1"])
    api = {"api": stack["processes"]["api"]}
    worker.send_signal(signal.SIGSTOP)  # all is queued, and all sockets are open, before the first answer
    due = of.answers * of.sockets if batches == 1 else of.answers
    try:
        async with BirdsClient(stack["url"], stack["key"]) as client:
            ids = await _queued(client, of.answers, batches)
            watched = [ids[number % batches] for number in range(of.sockets)]
            async with _receiver(stack, watched, due) as received:
                worker.send_signal(signal.SIGCONT)
                before, began = look(api), time.perf_counter()
                got = await received()
                spent, took = look(api).since(before)["api"], time.perf_counter() - began
    finally:
        worker.send_signal(signal.SIGCONT)
    if not got["ages"]:
        raise RuntimeError("no answer came: does the worker run?")
    ages = np.array(got["ages"])
    where = f"{of.sockets:,} sockets on {batches:,} batch{'es' if batches > 1 else ''}"
    return [
        Row("E", f"{where}: 99 % of receipts", 1000 * float(np.quantile(ages, 0.99)), "ms", LATEST_MS),
        Row("E", f"{where}: half of receipts", 1000 * float(np.median(ages)), "ms"),
        Row("E", f"{where}: api", spent / took, "cores", MOST_OF_A_CORE),
        Row("E", f"{where}: processor time of api a receipt", 1e6 * spent / len(ages), "µs"),
        Row("E", f"{where}: answers received", got["answers"] / due, "of those due", 1),
    ]


async def _queued(client: BirdsClient, photos: int, batches: int) -> list[str]:
    """Photos that wait, spread over so many batches."""
    files = written(make_photos(photos))
    ids: list[str] = []
    for number in range(batches):
        ids.append((await client.create_batch(f"watched {number}"))["id"])
        await client.upload(ids[-1], files[number::batches])
    return ids


@asynccontextmanager
async def _receiver(stack: Stack, batch_ids: Sequence[str], due: int) -> AsyncIterator[Any]:
    """All sockets are open; call what is yielded once, for what came."""
    url, pipe = urlsplit(stack["url"]), asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "scripts.benchmark.receiver", str(url.hostname), str(url.port),
        str(due), stdin=pipe, stdout=pipe, cwd=ROOT, limit=2**30,
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
