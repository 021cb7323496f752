"""`scripts/bench`: what the system does, beside what its engine could do alone, in one run on one machine."""

import argparse
import asyncio
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.client import BirdsClient
from scripts.benchmark import load
from scripts.benchmark.model import convnext_tiny
from scripts.benchmark.photos import make_photos
from scripts.benchmark.processes import Usage, look, own_cpu_s
from scripts.throwaway import ROOT, throwaway_stack

FOLDER = ROOT / "var" / "bench"
INTERACTIVE_PHOTOS = 40  # enough for a 95th percentile that two outliers do not make
WARM_UP_PHOTOS = 64  # connections, caches and lazy imports are paid for before the clock starts


@dataclass(frozen=True)
class Measurement:
    engine: str  # torch, openvino or null
    model: str
    precision: str
    photos: int
    source: Path | None
    workers: int
    port: int


def main() -> None:
    plan = _parse(sys.argv[1:])
    FOLDER.mkdir(parents=True, exist_ok=True)
    report = asyncio.run(_measure(plan))
    print(json.dumps(report, indent=2))
    path = FOLDER / f"bench-{plan.engine}.json"
    path.write_text(json.dumps(report, indent=2) + "\n")
    print(f"written to {path.relative_to(ROOT)}", file=sys.stderr)


def _parse(arguments: Sequence[str]) -> Measurement:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--engine", choices=("torch", "openvino", "null"), default="torch")
    parser.add_argument("--model", help="a model reference; by default ConvNeXt-Tiny with random weights")
    parser.add_argument("--precision", choices=("auto", "fp32", "bf16"), default="bf16")
    parser.add_argument("--photos", type=int, help="default: 600 with a real engine, 6000 with `null`")
    parser.add_argument("--source", type=Path, help="folder of JPEGs; default: drawn 224-px pictures")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--port", type=int, default=5999)
    given = parser.parse_args(arguments)
    return Measurement(
        engine=given.engine,
        model=given.model or f"folder:{convnext_tiny(FOLDER / 'convnext_tiny')}",
        precision=given.precision,
        photos=given.photos or (6000 if given.engine == "null" else 600),
        source=given.source,
        workers=given.workers,
        port=given.port,
    )


async def _measure(plan: Measurement) -> dict[str, Any]:
    photos = make_photos(plan.photos + WARM_UP_PHOTOS + 2 * INTERACTIVE_PHOTOS, plan.source)
    singles = [data for _, data in photos[-2 * INTERACTIVE_PHOTOS :]]
    files = _write(photos[: plan.photos + WARM_UP_PHOTOS])
    alone = _engine_alone(plan) if plan.engine != "null" else None
    with _running_system(plan) as stack:
        async with BirdsClient(stack["url"], stack["key"]) as client:
            await load.run_batch(client, files[:WARM_UP_PHOTOS])
            idle = await load.interactive_latencies(client, singles[:INTERACTIVE_PHOTOS])
            before, mine = look(stack["processes"]), own_cpu_s()
            early: list[Usage] = []
            bulk = await load.run_batch(
                client, files[WARM_UP_PHOTOS:], lambda: early.append(look(stack["processes"]))
            )
            after, mine = look(stack["processes"]), own_cpu_s() - mine
            busy = await _latencies_under_bulk(client, files, singles[INTERACTIVE_PHOTOS:])
    cpu_ms = {"client": 1000 * mine / plan.photos}
    cpu_ms |= {name: 1000 * spent / plan.photos for name, spent in after.since(before).items()}
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "processor": platform.processor() or platform.machine()},
        "engine": plan.engine,
        "model": plan.model.removeprefix(f"folder:{ROOT}/"),
        "precision": plan.precision,
        "photos": bulk.photos,
        "failed": bulk.failed,
        "mean_photo_kb": round(sum(len(data) for _, data in photos) / len(photos) / 1024, 1),
        "end_to_end_photos_per_s": round(bulk.photos_per_s, 1),
        "engine_alone_photos_per_s": alone and round(alone.photos_per_s, 1),
        "engine_alone_busy_cores": alone and round(alone.busy_cores, 2),
        "end_to_end_over_engine_alone": alone and round(bulk.photos_per_s / alone.photos_per_s, 3),
        "cpu_ms_per_photo": {name: round(spent, 2) for name, spent in sorted(cpu_ms.items())},
        "rss_mb_after_500_photos": [_megabytes(usage.rss) for usage in early],
        "rss_mb": _megabytes(after.rss),
        "interactive_idle": load.percentiles_ms(idle),
        "interactive_under_bulk": load.percentiles_ms(busy),
    }


def _megabytes(sizes: dict[str, int]) -> dict[str, int]:
    return {name: round(size / 2**20) for name, size in sorted(sizes.items())}


def _write(photos: Sequence[tuple[str, bytes]]) -> list[Path]:
    """On disk, since that is where a client's photos are."""
    folder = FOLDER / "photos"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, data in photos:
        (folder / name).write_bytes(data)
    return [folder / name for name, _ in photos]


@dataclass(frozen=True)
class Alone:
    photos_per_s: float
    busy_cores: float


def _engine_alone(plan: Measurement) -> Alone:
    """The engine in a process of its own, on the same photos, decoded beforehand."""
    command = [
        sys.executable,
        "-m",
        "scripts.benchmark.engine_alone",
        plan.engine,
        plan.model,
        plan.precision,
    ]
    command += [str(FOLDER / "photos")]
    printed = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    return Alone(*map(float, printed.split()))


async def _latencies_under_bulk(
    client: BirdsClient, files: Sequence[Path], singles: Sequence[bytes]
) -> list[float]:
    """While a bulk batch is being worked on; its photos are known already, so they only have to be queued."""
    backlog = asyncio.create_task(load.run_batch(client, files))
    try:
        return await load.interactive_latencies(client, singles)
    finally:
        backlog.cancel()
        await asyncio.gather(backlog, return_exceptions=True)


def _running_system(plan: Measurement) -> AbstractContextManager[dict[str, Any]]:
    return throwaway_stack(
        FOLDER / "data",
        "--workers",
        str(plan.workers),
        "--port",
        str(plan.port),
        BIRDS_ENGINE=plan.engine,
        BIRDS_MODEL=plan.model,
        BIRDS_PRECISION=plan.precision,
        BIRDS_LOG_LEVEL="warning",
    )


if __name__ == "__main__":
    main()
