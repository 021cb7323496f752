"""Case H: large photos taken in and given back, beside what the S3 server alone takes and gives."""

import asyncio
import signal
import statistics
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

import aiohttp
import psutil
from pydantic import SecretStr

from api.client import BirdsClient
from api.client.storage import PUTS_AT_ONCE
from scripts.benchmark.photos import LARGE, make_photos
from scripts.benchmark.system import Stack, System, written
from scripts.benchmark.table import Row
from shared.objects import open_object_store
from shared.settings import ObjectStoreSettings

ALONE = "the S3 server alone"
T = TypeVar("T")


@dataclass(frozen=True)
class Stored:
    """`photos` at each of `tries`, of which the median counts; one more goes before them."""

    photos: int = 60
    tries: int = 3
    size: tuple[int, int] = LARGE


async def measure() -> list[Row]:
    with System("null").running() as stack:
        return await measured(Stored(), stack)


async def measured(of: Stored, stack: Stack) -> list[Row]:
    """The worker stands still while photos come: what it does with them has cases of its own."""
    files = written(make_photos((1 + of.tries) * of.photos, None, of.size))
    worker = psutil.Process(stack["processes"]["worker-1"])
    speeds: list[list[float]] = []
    async with BirdsClient(stack["url"], stack["key"]) as client, open_object_store(_settings(stack)) as s3:
        for start in range(0, len(files), of.photos):
            part = files[start : start + of.photos]
            pictures = [file.read_bytes() for file in part]
            keys = [f"photos/0/{uuid4()}" for _ in part]
            batch = (await client.create_batch("taken in"))["id"]
            worker.send_signal(signal.SIGSTOP)
            try:
                put = await _photos_per_s([*zip(keys, pictures, strict=True)], lambda one: s3.put(*one))
                taken = await _timed(len(part), client.upload(batch, part))
            finally:
                worker.send_signal(signal.SIGCONT)
            await client.close(batch)
            ids = [result["photo_id"] async for result in client.results(batch)]
            got = await _photos_per_s(keys, s3.get)
            given = await _given_back(stack, ids)
            await s3.remove(keys)
            speeds.append([taken, put, given, got])
    taken, put, given, got = (statistics.median(tries) for tries in zip(*speeds[1:], strict=True))
    megabytes = statistics.mean(file.stat().st_size for file in files) / 1e6
    return [
        Row("H", f"taken in, {megabytes:.2g} MB each", taken, "photos/s", put, ALONE),
        Row("H", f"given back, {megabytes:.2g} MB each", given, "photos/s", got, ALONE),
    ]


async def _given_back(stack: Stack, ids: Sequence[str]) -> float:
    headers = {"Authorization": f"Bearer {stack['key']}"}
    async with aiohttp.ClientSession(stack["url"], headers=headers, raise_for_status=True) as session:

        async def get(photo_id: str) -> None:
            async with session.get(f"/v1/photos/{photo_id}/image") as response:
                await response.read()

        return await _photos_per_s(ids, get)


async def _photos_per_s(photos: Sequence[T], act: Callable[[T], Coroutine[Any, Any, Any]]) -> float:
    """As many at once as `birds` puts."""
    waiting = iter(photos)

    async def work() -> None:
        for photo in waiting:
            await act(photo)

    return await _timed(len(photos), asyncio.gather(*(work() for _ in range(PUTS_AT_ONCE))))


async def _timed(count: int, work: Any) -> float:
    began = time.perf_counter()
    await work
    return count / (time.perf_counter() - began)


def _settings(stack: Stack) -> ObjectStoreSettings:
    return ObjectStoreSettings(
        s3_endpoint=stack["s3_endpoint"],
        s3_access_key=SecretStr(stack["s3_access_key"]),
        s3_secret_key=SecretStr(stack["s3_secret_key"]),
        s3_region=stack["s3_region"],
        s3_bucket=stack["s3_bucket"],
    )
