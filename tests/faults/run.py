"""One run: photos are sent and read while a seeded schedule of faults goes over the system."""

import asyncio
import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from api.client import BirdsClient, Patience
from scripts.embedded.servers.choice import Servers
from shared.objects import open_object_store
from tests.faults.checker import Verdict, verdict
from tests.faults.harm import KINDS, Harm, Target, ways_to_servers
from tests.support.pictures import a_photo
from tests.support.processes import system
from tests.support.stack import private_stack

WORKERS = 2
SENT_TOGETHER = 50
PHOTOS_PER_S = 60.0  # of a worker's engine: faults come while photos are under way
FAULTS = 6  # in a run
TIMEOUT_S = 240.0
PATIENCE = Patience(give_up_after_s=TIMEOUT_S)


@dataclass(frozen=True)
class Recovery:
    """`seconds`: the longest pause between answers from a fault's end to the next fault, or to the end."""

    fault: str
    seconds: float


@dataclass(frozen=True)
class Report:
    seed: int
    photos: int
    verdict: Verdict
    recoveries: list[Recovery]


def schedule(seed: int, photos: int, faults: int = FAULTS) -> list[tuple[int, Harm]]:
    """Which fault comes once how many photos are answered; the same for the same seed."""
    dice = random.Random(seed)
    moments = sorted(dice.randrange(photos // 20, photos * 9 // 10) for _ in range(faults))
    return list(zip(moments, dice.sample(KINDS, faults), strict=True))


async def run(servers: Servers, logs: Path, seed: int, photos: int, faults: int = FAULTS) -> Report:
    """Raises TimeoutError where it comes to no end."""
    async with (
        asyncio.timeout(TIMEOUT_S),
        private_stack(servers) as stack,
        ways_to_servers(stack) as (ways, environment),
        system(
            stack,
            logs,
            workers=WORKERS,
            BIRDS_ENGINE="null",
            BIRDS_NULL_PHOTOS_PER_S=str(PHOTOS_PER_S),
            **environment,
        ) as running,
        BirdsClient(running.url, await running.key("alice"), patience=PATIENCE) as client,
        open_object_store(stack.settings) as objects,
    ):
        folder = logs / f"photos-{seed}"
        files = _written(folder, seed, photos)
        batch_id = (await client.create_batch("faults"))["id"]
        reader = _Reader(client, batch_id)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(reader.read())
            tasks.create_task(_send(client, batch_id, files))
            harmed = tasks.create_task(
                _harm(Target(running, ways, random.Random(seed)), reader, schedule(seed, photos, faults))
            )
        batch: Any = await client.batch(batch_id)
        names = [path.name for path in files]
        found = await verdict(stack, objects, names, batch, reader.seen)
        return Report(seed, photos, found, _recoveries(harmed.result(), reader.moments))


def _written(folder: Path, seed: int, photos: int) -> list[Path]:
    folder.mkdir(parents=True)
    files = []
    for number in range(photos):
        files.append(folder / f"{number:05}.jpg")
        files[-1].write_bytes(a_photo(100_000 * seed + number))
    return files


async def _send(client: BirdsClient, batch_id: str, files: Sequence[Path]) -> None:
    for start in range(0, len(files), SENT_TOGETHER):
        outcomes = await client.upload(batch_id, files[start : start + SENT_TOGETHER])
        assert all(outcome.reason is None for outcome in outcomes), outcomes
    await client.close(batch_id)


class _Reader:
    """Follows the feed, and says when it has grown."""

    def __init__(self, client: BirdsClient, batch_id: str) -> None:
        self._client = client
        self._batch_id = batch_id
        self.seen: list[Any] = []
        self.moments: list[float] = []  # of each, by the monotonic clock
        self._grown = asyncio.Condition()
        self._ended = False

    async def read(self) -> None:
        async for result in self._client.results(self._batch_id):
            async with self._grown:
                self.seen.append(result)
                self.moments.append(time.monotonic())
                self._grown.notify_all()
        async with self._grown:
            self._ended = True
            self._grown.notify_all()

    async def comes_to(self, answers: int) -> None:
        """Returns as well where the feed has ended."""
        async with self._grown:
            await self._grown.wait_for(lambda: self._ended or len(self.seen) >= answers)


async def _harm(on: Target, reader: _Reader, faults: Sequence[tuple[int, Harm]]) -> list[tuple[str, float]]:
    """What was done, and when it was over."""
    ended = []
    for moment, harm in faults:
        await reader.comes_to(moment)
        await harm(on)
        ended.append((harm.__name__, time.monotonic()))
        await reader.comes_to(len(reader.seen) + 1)
    return ended


def _recoveries(faults: Sequence[tuple[str, float]], answers: Sequence[float]) -> list[Recovery]:
    ends = [ended for _, ended in faults[1:]] + [math.inf]
    recoveries = []
    for (name, ended), until in zip(faults, ends, strict=True):
        moments = [ended, *(moment for moment in answers if ended < moment <= until)]
        recoveries.append(Recovery(name, max((b - a for a, b in pairwise(moments)), default=0.0)))
    return recoveries
