"""How many processes decode: as many as keep the engine busy with the photos that come, and no more."""

import math

import pytest

from worker.decode_size import LEAST, SPARE_LOOKS, STARVED, DecodeSize, PoolSample

CORES = 16


def looked(size: DecodeSize, engine: float, decode: float, looks: int) -> list[int]:
    """The sizes over so many looks beside an engine and decode processes of so many photos a second each."""
    sizes = []
    for _ in range(looks):
        missing = max(0.0, 1 - size.processes * decode / engine)
        sizes.append(size.after(PoolSample(missing, min(size.processes, math.ceil(engine / decode)))))
    return sizes


def enough(engine: float, decode: float) -> int:
    """The fewest that leave the engine waiting for less than is worth another one."""
    return min(max(math.ceil((1 - STARVED) * engine / decode), LEAST), CORES)


@pytest.mark.parametrize(
    ("engine", "decode"), [(400, 1000), (400, 30), (5000, 1000), (5000, 30), (60, 30)], ids=str
)
def test_it_settles_at_what_the_photos_need(engine: float, decode: float) -> None:
    size = DecodeSize(CORES)
    sizes = looked(size, engine, decode, CORES * SPARE_LOOKS)
    settled = sizes[-2 * SPARE_LOOKS :]
    assert len(set(settled)) == 1, "it does not swing"
    assert enough(engine, decode) <= settled[0] <= max(LEAST, math.ceil(engine / decode))


def test_large_photos_after_small_ones_get_processes_in_seconds_and_give_them_back_in_minutes() -> None:
    size = DecodeSize(CORES)
    assert looked(size, 400, 1000, 50)[-1] == LEAST
    assert looked(size, 400, 30, 4)[-1] == CORES
    assert looked(size, 400, 1000, SPARE_LOOKS)[-1] == CORES - 1
    assert looked(size, 400, 1000, CORES * SPARE_LOOKS)[-1] == LEAST


def test_an_engine_that_waits_where_no_photo_does_changes_nothing() -> None:
    size = DecodeSize(CORES)
    assert [size.after(PoolSample(0.0, 0)) for _ in range(100)] == [LEAST] * 100


def test_one_core_has_one() -> None:
    assert looked(DecodeSize(1), 400, 30, 100) == [1] * 100
