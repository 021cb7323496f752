"""Cases A, B and C: photos a second of the whole system, beside what its parts do alone."""

import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from api.client import BirdsClient
from scripts.benchmark import load
from scripts.benchmark.decode_alone import photos_per_s as decoded_per_s
from scripts.benchmark.model import convnext_tiny
from scripts.benchmark.photos import LARGE, SMALL, make_photos
from scripts.benchmark.processes import look, own_cpu_s
from scripts.benchmark.system import FOLDER, Stack, System, written
from scripts.benchmark.table import Row
from scripts.benchmark.ways import WayIn, sender
from scripts.throwaway import ROOT

ENGINE_S = 20.0  # that an engine is measured alone: long enough for the clock speed to settle
DECODE_S = 5.0
NOTHING_S = 0.01  # of processor time: not worth a line


@dataclass(frozen=True)
class Load:
    """`photos` are sent at each of `tries`, of which the median counts; `size` in pixels, or in its place
    `source`, a folder of JPEGs."""

    case: str
    what: str
    system: System
    photos: int
    size: tuple[int, int] = SMALL
    source: Path | None = None
    tries: int = 3
    way: WayIn = WayIn.BIRDS
    warm_up: int = 64  # photos: connections, caches and lazy imports are paid for before the clock starts


@dataclass(frozen=True)
class Limit:
    photos_per_s: float
    what: str


def tiny() -> System:
    return System("auto", f"folder:{convnext_tiny(FOLDER / 'convnext_tiny')}")


def loads_a() -> list[Load]:
    return [
        Load("A", "ConvNeXt-Tiny, 224 px", tiny(), 1000),
        Load("A", "the model that comes with Birds, 224 px", System("auto"), 1000),
    ]


def loads_b() -> list[Load]:
    return [
        Load("B", "ConvNeXt-Tiny, 12 MP", tiny(), 150, LARGE),
        Load("B", "the model that comes with Birds, 12 MP", System("auto"), 200, LARGE),
    ]


def loads_c() -> list[Load]:
    null = System("null")
    return [
        Load("C", "null engine, 224 px", null, 4000),
        Load("C", f"null engine, 224 px, {WayIn.PRESIGNED}", null, 2000, way=WayIn.PRESIGNED),
        Load("C", f"null engine, 224 px, {WayIn.SINGLE}", null, 2000, way=WayIn.SINGLE),
        Load("C", "null engine, 12 MP", null, 200, LARGE),
    ]


async def measure(of: Load) -> list[Row]:
    files = photos_of(of)
    alone = await limit(of.system, files[: of.warm_up], ENGINE_S, DECODE_S)
    with of.system.running() as stack:
        return await measured(of, files, alone, stack)


def photos_of(of: Load) -> list[Path]:
    return written(make_photos(of.warm_up + of.tries * of.photos, of.source, of.size))


async def measured(of: Load, files: Sequence[Path], alone: Limit, stack: Stack) -> list[Row]:
    megabytes = statistics.mean(file.stat().st_size for file in files) / 1e6
    speeds, spent = [], {}
    async with BirdsClient(stack["url"], stack["key"]) as client, sender(of.way, stack) as other:
        send = None if of.way is WayIn.BIRDS else other
        await load.run_batch(client, files[: of.warm_up], send=send)
        for number in range(of.tries):
            part = files[of.warm_up + number * of.photos :][: of.photos]
            before, mine = look(stack["processes"]), own_cpu_s()
            speeds.append((await load.run_batch(client, part, send=send)).photos_per_s)
            spent = {"client": own_cpu_s() - mine, **look(stack["processes"]).since(before)}
    speed = statistics.median(speeds)
    rows = [
        Row(of.case, f"{of.what} ({megabytes:.2g} MB)", speed, "photos/s", alone.photos_per_s, alone.what)
    ]
    return rows + [
        Row(of.case, f"{of.what}: processor time of {name}", 1000 * seconds / of.photos, "ms a photo")
        for name, seconds in sorted(spent.items(), key=lambda one: -one[1])
        if seconds > NOTHING_S
    ]


async def limit(system: System, files: Sequence[Path], engine_s: float, decode_s: float) -> Limit:
    """What engine and decoder can do where they share all cores and nothing else wants any."""
    decode = await decoded_per_s(files, system.model, decode_s)
    if system.engine == "null":
        return Limit(decode, "decoding alone")
    engine = engine_alone(system, files[0].parent, engine_s).photos_per_s
    both = 1 / (1 / engine + 1 / decode)
    return Limit(both, f"engine ({engine:.0f}) and decoding ({decode:.0f}) alone")


@dataclass(frozen=True)
class Alone:
    photos_per_s: float
    busy_cores: float
    batch_s: float  # of what is in the engine at once


def engine_alone(system: System, photos: Path, seconds: float = ENGINE_S) -> Alone:
    """In a process of its own, on photos that were decoded beforehand."""
    command = [sys.executable, "-m", "scripts.benchmark.engine_alone"]
    command += [system.engine, system.model, system.precision, str(photos), str(seconds)]
    printed = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    return Alone(*map(float, printed.splitlines()[-1].split()))  # what it logs comes before
