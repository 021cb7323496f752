"""Case D: the answer to one photo, on an idle system and where thousands of others wait."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.client import BirdsClient, LocalFile
from scripts.benchmark import load
from scripts.benchmark.photos import make_photos
from scripts.benchmark.system import Stack, written
from scripts.benchmark.table import Row
from scripts.benchmark.throughput import engine_alone, tiny

WARM_UP = 4  # of the single photos
DIFFERENT = 100  # of those that wait: under so many names, these cost no more to send


@dataclass(frozen=True)
class BacklogSize:
    """`singles`: of each kind; 40 are enough for a 95th percentile that two outliers do not make."""

    waiting: int = 10_000
    singles: int = 40


async def measure() -> list[Row]:
    alone = engine_alone(tiny(), written(make_photos(DIFFERENT))[0].parent)
    with tiny().running() as stack:
        return await measured(BacklogSize(), alone.batch_s, stack)


async def measured(of: BacklogSize, batch_s: float, stack: Stack) -> list[Row]:
    files = written(make_photos(DIFFERENT))
    singles = [data for _, data in make_photos(WARM_UP + 2 * of.singles, first=DIFFERENT)]
    async with BirdsClient(stack["url"], stack["key"]) as client:
        await load.interactive_latencies(client, singles[:WARM_UP])
        idle = load.percentiles_ms(await load.interactive_latencies(client, singles[WARM_UP : -of.singles]))
        batch = await client.create_batch("waiting", lane="bulk")
        await client.upload(batch["id"], _many(files, of.waiting))
        begun = (await client.batch(batch["id"]))["counts"]["queued"]
        busy = load.percentiles_ms(await load.interactive_latencies(client, singles[-of.singles :]))
        left = (await client.batch(batch["id"]))["counts"]["queued"]
        await client.delete(batch["id"])
    waiting = f"one photo, {begun:,} waiting, {left:,} in the end"
    return [
        Row("D", "one photo, idle: half", idle["p50_ms"], "ms"),
        Row("D", "one photo, idle: 95 %", idle["p95_ms"], "ms"),
        Row("D", f"{waiting}: half", busy["p50_ms"], "ms"),
        Row("D", f"{waiting}: 95 %", busy["p95_ms"], "ms",
            idle["p95_ms"] + 2000 * batch_s, "idle and two batches"),
    ]  # fmt: skip


def _many(files: Sequence[Path], count: int) -> Iterator[LocalFile]:
    for number in range(count):
        file = files[number % len(files)]
        yield LocalFile.found(file, f"{number}.jpg")
