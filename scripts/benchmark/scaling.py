"""Case F, scaling: more workers, each with an engine that sleeps as long as a GPU would compute."""

from datetime import datetime

from api.client import BirdsClient
from scripts.benchmark.photos import make_photos
from scripts.benchmark.system import Stack, System, written
from scripts.benchmark.table import Row

WORKERS = (1, 2, 4, 8)
PHOTOS_PER_S = 20.0  # of one: eight of them leave the two cores of a small machine time for everything else
SECONDS = 12  # of a measurement
LINEAR = 0.95  # asked: of so many times one engine's pace
EDGE = 0.15  # of the answers at either end, where engines begin and run dry


async def measure() -> list[Row]:
    rows = []
    for workers in WORKERS:
        pace = workers * PHOTOS_PER_S
        with System("null", workers=workers, null_photos_per_s=PHOTOS_PER_S).running() as stack:
            rows += await measured(workers, int(pace * SECONDS), pace, stack)
    return rows


async def measured(workers: int, photos: int, pace: float, stack: Stack) -> list[Row]:
    async with BirdsClient(stack["url"], stack["key"]) as client:
        reached = await _photos_per_s(client, photos)
    return [Row("F", f"workers: {workers}", reached, "photos/s", LINEAR * pace)]


async def _photos_per_s(client: BirdsClient, photos: int) -> float:
    batch = await client.create_batch("scaling", lane="bulk")
    await client.upload(batch["id"], written(make_photos(photos)))
    await client.close(batch["id"])
    ends = [str(result["finished_at"]) async for result in client.results(batch["id"])]
    moments = sorted(datetime.fromisoformat(end).timestamp() for end in ends)
    begin, end = int(EDGE * photos), int((1 - EDGE) * photos)
    return (end - begin) / (moments[end] - moments[begin])
