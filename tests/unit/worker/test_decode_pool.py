import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import uvloop

from shared.errors import BirdsError, Code
from shared.photo.box import Box
from shared.photo.decode import decode
from shared.photo.sandbox.process import SandboxDied
from shared.vision.preprocess import CropMode, Interpolation, Preprocessing
from tests.support import raws
from tests.unit.photo.pictures import encoded, heic, upright
from tests.unit.worker import awkward
from worker.decode_pool import BULK, INTERACTIVE, DecodePool

SPEC = Preprocessing(32, Interpolation.BICUBIC, 0.9, CropMode.CENTER)
LIMIT = 10_000_000


def make(processes: int = 1, timeout_s: float = 20.0, task: str = awkward.NAME) -> DecodePool:
    return DecodePool(processes, max_pixels=LIMIT, timeout_s=timeout_s, task=task)


@pytest.fixture
async def pool() -> AsyncIterator[DecodePool]:
    async with make() as pool:
        yield pool


async def failure(pool: DecodePool, data: bytes) -> Code:
    with pytest.raises(BirdsError) as caught:
        await pool.decode(data, SPEC)
    return caught.value.code


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def until_gone(pid: int) -> None:
    while alive(pid):
        await asyncio.sleep(0.01)


async def until_exists(path: Path) -> None:
    while not path.exists():
        await asyncio.sleep(0.005)


async def test_pixels_and_facts_are_those_of_decoding_here() -> None:
    async with DecodePool(2, max_pixels=LIMIT, timeout_s=20) as pool:
        for data in (encoded(upright()), encoded(upright(), "PNG"), heic(upright())):
            found = await pool.decode(data, SPEC)
            here = decode(data, max_pixels=LIMIT, min_side=SPEC.scaled_side)
            np.testing.assert_array_equal(found.pixels, SPEC(here.image))
            assert found.facts == here.facts


async def test_it_grows_and_ends_those_that_are_too_many_with_their_photos(pool: DecodePool) -> None:
    await pool.resize(3)
    assert len(pool.pids) == 3
    decoding = [asyncio.create_task(pool.decode(encoded(upright()), SPEC)) for _ in range(6)]
    await asyncio.sleep(0)
    assert (pool.busy, pool.is_short) == (3, True)
    before = pool.pids
    await pool.resize(1)
    assert len(await asyncio.gather(*decoding)) == 6
    assert len(pool.pids) == 1
    for pid in set(before) - set(pool.pids):
        await until_gone(pid)
    await pool.decode(encoded(upright()), SPEC)


def test_it_works_on_the_loop_that_the_worker_runs_on() -> None:
    async def decode_one() -> None:
        async with make(2) as pool:
            found = await asyncio.gather(*(pool.decode(encoded(upright()), SPEC) for _ in range(4)))
            assert len(found) == 4
            with pytest.raises(BirdsError):
                await pool.decode(b"killed", SPEC)

    uvloop.run(decode_one())


async def test_the_preprocessing_may_change_with_every_photo(pool: DecodePool) -> None:
    data = encoded(upright())
    for size in (32, 224, 260, 32):
        spec = Preprocessing(size, Interpolation.BICUBIC, 0.9, CropMode.CENTER)
        assert (await pool.decode(data, spec)).pixels.shape == (size, size, 3)


async def test_a_part_of_a_photo_is_what_decoding_it_here_gives(pool: DecodePool) -> None:
    data, box = encoded(upright(400, 300)), Box(0.25, 0.5, 0.3, 0.4)
    found = await pool.decode(data, SPEC, box=box)
    here = decode(data, max_pixels=LIMIT, min_side=SPEC.scaled_side, box=box)
    np.testing.assert_array_equal(found.pixels, SPEC(here.image))
    assert (found.facts.width, found.facts.height) == (400, 300)
    assert not np.array_equal(found.pixels, (await pool.decode(data, SPEC)).pixels)


async def test_a_raw_without_a_preview_is_developed_within_the_sandbox(pool: DecodePool) -> None:
    found = await pool.decode(raws.sensor_dng((3000, 2000)), SPEC)
    assert found.pixels.shape == (32, 32, 3)
    assert (found.facts.width, found.facts.height, found.facts.latitude) == (1500, 1000, 52.5)
    with pytest.raises(BirdsError) as caught:
        await pool.decode(raws.sensor_dng((4000, 3000)), SPEC)
    assert caught.value.code == Code.TOO_MANY_PIXELS


async def test_photos_larger_than_any_socket_buffer(pool: DecodePool) -> None:
    data = encoded(upright(2000, 1500), "BMP")  # 9 MB
    found = await pool.decode(data, Preprocessing(1024, Interpolation.BICUBIC, 1.0, CropMode.CENTER))
    assert found.pixels.shape == (1024, 1024, 3)
    assert (found.facts.width, found.facts.height) == (2000, 1500)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", Code.EMPTY_FILE),
        (b"words", Code.UNSUPPORTED_TYPE),
        (encoded(upright())[:-200], Code.TRUNCATED_IMAGE),
        (encoded(upright(4000, 3000), "PNG"), Code.TOO_MANY_PIXELS),
        (b"fault", Code.INTERNAL),
        (b"memory", Code.TOO_MANY_PIXELS),
    ],
)
async def test_a_bad_photo_is_its_own_error_and_the_process_lives_on(
    pool: DecodePool, data: bytes, code: Code
) -> None:
    before = pool.pids
    assert await failure(pool, data) == code
    await pool.decode(encoded(upright()), SPEC)
    assert pool.pids == before


@pytest.mark.parametrize("data", [b"segfault", b"killed"])
async def test_a_photo_that_kills_its_process_twice_is_given_up(pool: DecodePool, data: bytes) -> None:
    assert await failure(pool, data) == Code.WORKER_CRASHED
    await pool.decode(encoded(upright()), SPEC)


async def test_a_photo_whose_process_died_once_is_tried_again(pool: DecodePool, tmp_path: Path) -> None:
    before = pool.pids
    await pool.decode(b"segfault-once " + os.fsencode(tmp_path / "marker"), SPEC)
    assert pool.pids != before


async def test_a_process_killed_from_outside_costs_no_photo(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    async with make(2) as pool:
        photos = [asyncio.create_task(pool.decode(b"wait " + os.fsencode(gate), SPEC)) for _ in range(6)]
        await asyncio.sleep(0)
        os.kill(pool.pids[0], signal.SIGKILL)
        gate.touch()
        assert len(await asyncio.gather(*photos)) == 6


async def test_processes_killed_while_they_wait_are_no_photo_s_fault() -> None:
    async with make(3) as pool:
        before = set(pool.pids)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
            await asyncio.to_thread(os.waitid, os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        for _ in range(3):
            await pool.decode(encoded(upright()), SPEC)
        assert not before & set(pool.pids)


async def test_neighbours_of_a_crash_are_not_harmed() -> None:
    good, bad = encoded(upright()), b"segfault"
    async with make(2) as pool:
        found = await asyncio.gather(
            *(pool.decode(bad if index % 6 == 0 else good, SPEC) for index in range(12)),
            return_exceptions=True,
        )
    crashed = [isinstance(one, BirdsError) and one.code is Code.WORKER_CRASHED for one in found]
    assert crashed == [index % 6 == 0 for index in range(12)]


async def test_a_stuck_decoder_is_killed_in_time() -> None:
    async with make(timeout_s=0.3) as pool:
        stuck = pool.pids[0]
        assert await failure(pool, b"loop") == Code.DECODE_TIMEOUT
        await pool.decode(b"answer", SPEC)
        assert not alive(stuck)


async def test_an_interactive_photo_goes_before_the_bulk_ones(pool: DecodePool, tmp_path: Path) -> None:
    gate, log = tmp_path / "gate", os.fsencode(tmp_path / "log")
    first = asyncio.create_task(pool.decode(b"wait " + os.fsencode(gate), SPEC))
    await asyncio.sleep(0)
    rest = [asyncio.create_task(pool.decode(b"log %b bulk" % log, SPEC, BULK)) for _ in range(3)]
    await asyncio.sleep(0)
    rest.append(asyncio.create_task(pool.decode(b"log %b interactive" % log, SPEC, INTERACTIVE)))
    await asyncio.sleep(0)
    gate.touch()
    await asyncio.gather(first, *rest)
    assert (tmp_path / "log").read_text().split() == ["interactive", "bulk", "bulk", "bulk"]


async def test_cancelled_photos_leave_the_pool_whole(tmp_path: Path) -> None:
    gate = tmp_path / "never"
    async with make() as pool:
        running = asyncio.create_task(pool.decode(b"wait " + os.fsencode(gate), SPEC))
        waiting = asyncio.create_task(pool.decode(b"answer", SPEC))
        await asyncio.sleep(0.05)
        for task in (waiting, running):
            task.cancel()
        assert await asyncio.gather(running, waiting, return_exceptions=True) != []
        await pool.decode(encoded(upright()), SPEC)


async def test_closing_ends_every_process_and_every_wait(tmp_path: Path) -> None:
    pool = make(2)
    async with pool:
        pids = pool.pids
        photos = [
            asyncio.create_task(pool.decode(b"wait " + os.fsencode(tmp_path / "never"), SPEC))
            for _ in range(4)
        ]
        await asyncio.sleep(0.05)
    found = await asyncio.gather(*photos, return_exceptions=True)
    assert all(isinstance(one, SandboxDied) for one in found)
    assert not any(alive(pid) for pid in pids)
    with pytest.raises(SandboxDied):
        await pool.decode(b"answer", SPEC)


async def test_a_pool_that_cannot_start_says_so() -> None:
    with pytest.raises(SandboxDied, match="did not start"):
        async with make(2, task="no.such.module:prepare"):
            pass


async def test_signals_meant_for_the_worker_do_not_end_a_process(pool: DecodePool) -> None:
    before = pool.pids
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(before[0], number)
    await pool.decode(encoded(upright()), SPEC)
    assert pool.pids == before


PARENT = """
import asyncio, sys
from tests.unit.worker.test_decode_pool import make
async def main():
    async with make(2) as pool:
        print(*pool.pids, flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


async def test_no_process_outlives_a_killed_worker() -> None:
    worker = await asyncio.create_subprocess_exec(sys.executable, "-c", PARENT, stdout=subprocess.PIPE)
    assert worker.stdout is not None
    pids = [int(pid) for pid in (await worker.stdout.readline()).split()]
    worker.kill()
    await worker.wait()
    assert len(pids) == 2
    async with asyncio.timeout(10):
        await asyncio.gather(*(until_gone(pid) for pid in pids))


async def test_memory_stays_flat(pool: DecodePool) -> None:
    data = encoded(upright(1000, 1000), "PNG")

    async def after(photos: int) -> int:
        for _ in range(photos):
            await pool.decode(data, SPEC)
        return int(Path(f"/proc/{pool.pids[0]}/statm").read_text().split()[1])

    if not Path("/proc/self/statm").exists():
        pytest.skip("needs /proc")
    early = await after(10)
    assert await after(30) < early * 1.2
