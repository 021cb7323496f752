"""From an answer's commit to its receipt by many websockets: all on one batch, then each on one of its own.

Answers are written to the ledger and announced as a worker does it, at a steady rate; no worker runs. Prints
milliseconds, and the share of a core that the api spent.
"""

import argparse
import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import numpy as np

from scripts.benchmark.processes import look
from scripts.throwaway import ROOT, throwaway_stack
from shared.broker.hints import HintSender, hint_sender
from shared.broker.session import Session, keep_session
from shared.ledger.answers import record_answers
from shared.ledger.batches import create_batch
from shared.ledger.blobs import reserve_blobs
from shared.ledger.database import Pool, open_pool
from shared.ledger.intake import accept_photos
from shared.ledger.keys import find_owner
from shared.ledger.models import register_model
from shared.records import Answer, BatchId, Lane, ModelId, OwnerId, PhotoId

GROUP = 8  # answers in one commit, as a worker on a CPU makes them
AT_ONCE = 50  # connections being opened
SETTLE_S = 3.0  # for the last answers to arrive


@dataclass
class Clock:
    """When each answer was committed, and how long after that each socket had it."""

    committed: dict[str, float] = field(default_factory=dict)  # by photo
    late_ms: list[float] = field(default_factory=list)

    def receive(self, photo_id: str) -> None:
        self.late_ms.append(1000 * (time.perf_counter() - self.committed[photo_id]))


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench-sockets", description=__doc__)
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=100.0, help="answers a second")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--port", type=int, default=5998)
    given = parser.parse_args()
    options = ("--workers", "0", "--port", str(given.port))
    with throwaway_stack(ROOT / "var" / "bench" / "data", *options, BIRDS_LOG_LEVEL="warning") as stack:
        for batches in (1, given.sockets):
            report = asyncio.run(_measure(stack, given.sockets, batches, given.rate, given.seconds))
            print(json.dumps(report), flush=True)


async def _measure(
    stack: dict[str, str], sockets: int, batches: int, rate: float, seconds: float
) -> dict[str, float]:
    async with open_pool(stack["postgres_url"], 4) as pool, _announcing(stack["amqp_url"]) as hints:
        owner = await find_owner(pool, stack["key"])
        assert owner is not None
        photos = await _queued(pool, owner, batches, round(rate * seconds))
        model = await register_model(
            pool, name="bench", version="1", digest="00", source="bench@1", bundle={"classes": []}
        )
        clock = Clock()
        watched = [batch for _, batch in zip(range(sockets), _round(list(photos)), strict=False)]
        async with aiohttp.ClientSession() as http:
            readers = await _connected(http, stack, watched, clock)
            before = look(stack["processes"])  # type: ignore[arg-type]
            began = time.perf_counter()
            await _answer(pool, hints, model, photos, rate, clock)
            took = time.perf_counter() - began
            spent = look(stack["processes"]).since(before)["api"]  # type: ignore[arg-type]
            await asyncio.sleep(SETTLE_S)
            for reader in readers:
                reader.cancel()
            await asyncio.gather(*readers, return_exceptions=True)
    p50, p99 = np.percentile(clock.late_ms, (50, 99))
    expected = sum(len(photos[batch]) for batch in watched)
    return {
        "sockets": sockets,
        "batches": batches,
        "answers_per_s": round(len(clock.committed) / took, 1),
        "p50_ms": round(p50, 1),
        "p99_ms": round(p99, 1),
        "received": len(clock.late_ms),
        "missing": expected - len(clock.late_ms),
        "api_share_of_a_core": round(spent / took, 2),
    }


@asynccontextmanager
async def _announcing(amqp_url: str) -> AsyncIterator[HintSender]:
    ready: asyncio.Future[HintSender] = asyncio.get_running_loop().create_future()

    async def announce(session: Session) -> None:
        ready.set_result(await hint_sender(session))
        await asyncio.Event().wait()

    session = asyncio.create_task(keep_session(amqp_url, "bench", announce))
    try:
        yield await ready
    finally:
        session.cancel()
        await asyncio.gather(session, return_exceptions=True)


async def _queued(pool: Pool, owner: OwnerId, batches: int, answers: int) -> dict[BatchId, list[PhotoId]]:
    """Photos that wait for their answers, in equal parts; each batch has one at least."""
    [blob] = (await reserve_blobs(pool, owner, [(b"\0" * 32, 1)])).values()
    photos = {}
    for _ in range(batches):
        batch = await create_batch(pool, owner, name=None, lane=Lane.BULK, top_k=5)
        names = [f"{number}.jpg" for number in range(max(1, answers // batches))]
        accepted = await accept_photos(pool, owner, batch, [(name, blob) for name in names])
        photos[batch] = [one.photo_id for one in accepted]
    return photos


def _round(batches: Sequence[BatchId]) -> Iterator[BatchId]:
    while True:
        yield from batches


async def _connected(
    http: aiohttp.ClientSession, stack: dict[str, str], batches: Sequence[BatchId], clock: Clock
) -> list["asyncio.Task[None]"]:
    """A task for each socket; each has been told how its batch stands."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def connect(batch: BatchId) -> aiohttp.ClientWebSocketResponse:
        async with turn:
            socket = await http.ws_connect(
                f"{stack['url']}/v1/batches/{batch}/events",
                headers={"Authorization": f"Bearer {stack['key']}"},
                max_msg_size=0,
            )
            await socket.receive()
            return socket

    sockets = await asyncio.gather(*map(connect, batches))
    return [asyncio.create_task(_read(socket, clock)) for socket in sockets]


async def _read(socket: aiohttp.ClientWebSocketResponse, clock: Clock) -> None:
    async for message in socket:
        if message.data.startswith('{"seq"') or '"type":"result"' in message.data:
            clock.receive(json.loads(message.data)["photo_id"])


async def _answer(
    pool: Pool,
    hints: HintSender,
    model: ModelId,
    photos: dict[BatchId, list[PhotoId]],
    rate: float,
    clock: Clock,
) -> None:
    order = [(photo, batch) for batch, of_batch in photos.items() for photo in of_batch]
    if len(photos) > 1:
        random.Random(0).shuffle(order)
    loop = asyncio.get_running_loop()
    began = loop.time()
    for start in range(0, len(order), GROUP):
        await asyncio.sleep(began + start / rate - loop.time())
        group = order[start : start + GROUP]
        answers = [
            Answer(photo, batch, predictions=[{"species": "Ostrich", "probability": 0.5}])
            for photo, batch in group
        ]
        told = await record_answers(pool, answers, model)
        clock.committed |= dict.fromkeys((str(photo) for photo, _ in group), time.perf_counter())
        await hints.send(told)


if __name__ == "__main__":
    main()
