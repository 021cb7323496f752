"""Sends photos through the whole system and reports how fast the answers came."""

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.client import BirdsClient
from scripts.benchmark.ways import Send

EARLY_PHOTOS = 500  # memory that still grows after so many photos leaks


@dataclass(frozen=True)
class Throughput:
    """From the first byte sent to the last answer received."""

    photos: int
    failed: int
    seconds: float

    @property
    def photos_per_s(self) -> float:
        return self.photos / self.seconds


async def run_batch(
    client: BirdsClient,
    files: Sequence[Path],
    early: Callable[[], None] = lambda: None,
    send: Send | None = None,
) -> Throughput:
    """One bulk batch, sent as `birds` does where no `send` is given, and followed to its end; `early`
    is called on the way."""
    began = time.perf_counter()
    batch = await client.create_batch(name="bench", lane="bulk")
    following = asyncio.create_task(_follow(client, batch["id"], early))
    await (client.upload if send is None else send)(batch["id"], files)
    await client.close(batch["id"])
    failed = await following
    return Throughput(len(files), failed, time.perf_counter() - began)


async def _follow(client: BirdsClient, batch_id: str, early: Callable[[], None]) -> int:
    failed = 0
    async for result in client.results(batch_id):
        failed += result["state"] == "failed"
        if result["seq"] == EARLY_PHOTOS:
            early()
    return failed


async def interactive_latencies(client: BirdsClient, photos: Sequence[bytes]) -> list[float]:
    """Seconds from sending one photo to its answer, one after the other."""
    seconds = []
    for photo in photos:
        began = time.perf_counter()
        await client.classify(photo)
        seconds.append(time.perf_counter() - began)
    return seconds


def percentiles_ms(seconds: Sequence[float]) -> dict[str, float]:
    """p50 and p95 in milliseconds."""
    cuts = statistics.quantiles(seconds, n=20)
    return {"p50_ms": round(1000 * cuts[9], 1), "p95_ms": round(1000 * cuts[18], 1)}
