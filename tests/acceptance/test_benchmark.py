"""Every case of scripts/bench, tiny: what it measures says nothing, that it ends with its rows does."""

from collections.abc import Sequence
from pathlib import Path

import asyncpg
import psutil
import pytest

from scripts.benchmark import growth, interactive, scaling, sockets, storage, system, throughput
from scripts.benchmark.photos import SMALL
from scripts.benchmark.picture import draw
from scripts.benchmark.system import Stack, System
from scripts.benchmark.table import Row, markdown
from scripts.benchmark.ways import WayIn
from tests.support.processes import System as Live

BRIEF_S = 0.05
PHOTOS = 190  # of which those in the middle are more than a worker here holds: not all are committed at once


@pytest.fixture
async def bench(
    live: Live, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Stack:
    """The shared system as `scripts/up` tells of one."""
    monkeypatch.setattr(system, "FOLDER", tmp_path)
    return {
        "url": live.url,
        "key": await live.key(f"bench {request.node.nodeid}"),
        "postgres_url": live.stack.postgres_url,
        "processes": {
            "api": live.apis[0].process.pid,
            "worker-1": live.workers[0].process.pid,
            "postgres": await _postmaster(live.stack.postgres_url),
        },
    }


async def _postmaster(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return psutil.Process(await connection.fetchval("select pg_backend_pid()")).ppid()
    finally:
        await connection.close()


def told(rows: Sequence[Row], tmp_path: Path) -> str:
    draw(rows, tmp_path / "bench.png")
    assert (tmp_path / "bench.png").stat().st_size
    return markdown(rows)


async def test_throughput(bench: Stack, tmp_path: Path) -> None:
    of = throughput.Load("A", "the model that comes with Birds", System("openvino", precision="fp32"), 8,
                         tries=1, warm_up=8)  # fmt: skip
    files = throughput.photos_of(of)
    alone = await throughput.limit(of.system, files, BRIEF_S, BRIEF_S)
    rows = await throughput.measured(of, files, alone, bench)
    assert rows[0].figure > 0
    assert alone.photos_per_s > 0
    assert "photos/s" in told(rows, tmp_path)


@pytest.mark.parametrize("way", [WayIn.PRESIGNED, WayIn.SINGLE])
async def test_other_ways_in(bench: Stack, way: WayIn) -> None:
    of = throughput.Load("C", way, System("null"), 3, tries=1, warm_up=1, way=way)
    rows = await throughput.measured(of, throughput.photos_of(of), throughput.Limit(1.0, "nothing"), bench)
    assert rows[0].figure > 0


async def test_large_photos_beside_storage_alone(bench: Stack, live: Live) -> None:
    at = {name.removeprefix("BIRDS_").lower(): value for name, value in live.stack.env.items()}
    rows = await storage.measured(storage.Stored(photos=2, tries=1, size=SMALL), bench | at)
    assert all(row.figure > 0 and row.limit for row in rows)


async def test_the_engine_that_computes_nothing_has_decoding_for_a_limit(bench: Stack) -> None:
    files = system.written(throughput.make_photos(4))
    assert (await throughput.limit(System("null"), files, BRIEF_S, BRIEF_S)).what == "decoding alone"


async def test_one_photo_beside_those_that_wait(bench: Stack, tmp_path: Path) -> None:
    rows = await interactive.measured(interactive.BacklogSize(waiting=150, singles=2), 0.1, bench)
    assert all(row.figure > 0 for row in rows)
    assert "150 waiting" in told(rows, tmp_path)


@pytest.mark.parametrize("batches", [1, 3])
async def test_sockets(bench: Stack, batches: int, tmp_path: Path) -> None:
    rows = await sockets.measured(sockets.Crowd(sockets=3, answers=6), batches, bench)
    assert rows[-1].figure == 1, told(rows, tmp_path)


async def test_more_workers(bench: Stack, tmp_path: Path) -> None:
    [row] = await scaling.measured(1, PHOTOS, 20.0, bench)
    assert row.figure > 0
    assert told([row], tmp_path)


async def test_growth(bench: Stack, tmp_path: Path) -> None:
    of = growth.Growth((10, 20), batches=2, photos=10, tries=1, pages=1, lists=1)
    rows = await growth.measured(of, bench)
    assert {row.what.split(",")[0] for row in rows} >= {"a photo sent and answered", "record_answers"}
    assert "20 photos in the ledger" in told(rows, tmp_path)
