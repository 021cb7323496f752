"""Case D: the answer to one photo, on an idle system and where ten thousand others wait."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from api.client import BirdsClient, LocalFile
from scripts.benchmark import load
from scripts.benchmark.photos import make_photos
from scripts.benchmark.system import written
from scripts.benchmark.table import Row
from scripts.benchmark.throughput import engine_alone, tiny

WAITING = 10_000
PHOTOS = 40  # of each kind: enough for a 95th percentile that two outliers do not make
DIFFERENT = 100  # of those that wait: under so many names, these cost no more to send


async def measure() -> list[Row]:
    photos = make_photos(DIFFERENT + 2 * PHOTOS)
    files = written(photos)
    alone = engine_alone(tiny(), files[0].parent)
    singles = [data for _, data in photos[DIFFERENT:]]
    with tiny().running() as stack:
        async with BirdsClient(stack["url"], stack["key"]) as client:
            await load.interactive_latencies(client, singles[:4])
            idle = load.percentiles_ms(await load.interactive_latencies(client, singles[4:PHOTOS]))
            batch = await client.create_batch("waiting", lane="bulk")
            await client.upload(batch["id"], _many(files[:DIFFERENT]))
            busy = load.percentiles_ms(await load.interactive_latencies(client, singles[PHOTOS:]))
            left = (await client.batch(batch["id"]))["counts"]["queued"]
            await client.delete(batch["id"])
    return [
        Row("D", "one photo, idle: half", idle["p50_ms"], "ms"),
        Row("D", "one photo, idle: 95 %", idle["p95_ms"], "ms"),
        Row("D", f"one photo, {left:,} to {WAITING:,} waiting: half", busy["p50_ms"], "ms"),
        Row("D", f"one photo, {left:,} to {WAITING:,} waiting: 95 %", busy["p95_ms"], "ms",
            idle["p95_ms"] + 2000 * alone.batch_s, "idle and two batches"),
    ]  # fmt: skip


def _many(files: Sequence[Path]) -> Iterator[LocalFile]:
    for number in range(WAITING):
        file = files[number % len(files)]
        yield LocalFile.found(file, f"{number}.jpg")
