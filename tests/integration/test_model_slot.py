"""Which model serves: the promoted one, and where that can't be loaded the last good one."""

import asyncio
import errno
import gc
from collections.abc import Callable
from typing import Any, cast

import pytest

from shared.errors import BirdsError, Code
from shared.ledger.database import Pool
from shared.ledger.models import Promotion, active_source, promote, promotion, take_back
from shared.records import ModelId, new_id
from tests.support.ledger import eventually
from worker.model_slot import ModelSlot, ServingModel, reason_of

POLL_S = 0.01
BAD: dict[str, Exception] = {
    "full-disk": OSError(errno.ENOSPC, "No space left on device"),
    "no-such-model": BirdsError(Code.NO_MODEL, "there is none"),
    "broken-graph": TypeError("of a runtime that doesn't say what is wrong"),
}


class Engine:
    """Knows whether it was closed."""

    description = "test"
    closed = False

    def close(self) -> None:
        self.closed = True


class Loads:
    """Loads anything but what is BAD, and counts the tries."""

    def __init__(self) -> None:
        self.tries: list[str] = []

    async def __call__(self, source: str) -> ServingModel:
        self.tries.append(source)
        if source in BAD:
            raise BAD[source]
        return ServingModel(source, ModelId(new_id()), cast(Any, None), cast(Any, Engine()), cast(Any, None))


async def until(condition: Callable[[], bool]) -> None:
    async def holds() -> bool:
        return condition()

    await eventually(holds, pause_s=0.01)


@pytest.fixture
def loads() -> Loads:
    return Loads()


@pytest.mark.parametrize("bad", BAD)
async def test_a_bad_model_keeps_the_old_one_serving_and_is_tried_with_pauses(
    pool: Pool, loads: Loads, bad: str
) -> None:
    slot = ModelSlot(pool, loads, POLL_S)
    await slot.fill("good")
    following = asyncio.create_task(slot.follow())
    try:
        await promote(pool, bad)
        await until(lambda: bad in loads.tries)
        await asyncio.sleep(20 * POLL_S)  # many looks, if nothing holds them back
        assert loads.tries == ["good", bad]
        assert not following.done()
        assert slot.current.id == "good"
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


@pytest.mark.parametrize("bad", BAD)
async def test_a_worker_that_starts_falls_back_to_the_last_good_model(
    pool: Pool, loads: Loads, bad: str
) -> None:
    await ModelSlot(pool, loads, POLL_S).fill("good")
    await promote(pool, bad)
    slot = ModelSlot(pool, loads, POLL_S)
    await slot.fill(None)
    assert slot.current.id == "good"
    assert await active_source(pool) == bad  # what was asked for is not forgotten


@pytest.mark.parametrize(("bad", "reason"), [(bad, reason_of(error)) for bad, error in BAD.items()])
async def test_what_becomes_of_a_promotion_is_told_to_the_ledger(
    pool: Pool, loads: Loads, bad: str, reason: str
) -> None:
    slot = ModelSlot(pool, loads, POLL_S)
    await slot.fill("good")
    assert await promotion(pool) == Promotion("good", good=True, loading=True, failure=None)
    following = asyncio.create_task(slot.follow())

    async def failed() -> bool:
        return await promotion(pool) == Promotion(bad, good=False, loading=True, failure=reason)

    async def loaded() -> bool:
        return await promotion(pool) == Promotion("better", good=True, loading=True, failure=None)

    try:
        await promote(pool, bad)
        assert await promotion(pool) == Promotion(bad, good=False, loading=False, failure=None)
        await eventually(failed, pause_s=0.01)
        await take_back(pool, "another")
        assert await active_source(pool) == bad
        await take_back(pool, bad)
        assert await promotion(pool) == Promotion("good", good=True, loading=False, failure=None)
        await promote(pool, "better")
        await eventually(loaded, pause_s=0.01)
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def test_without_a_good_model_the_reason_is_raised(pool: Pool, loads: Loads) -> None:
    with pytest.raises(OSError, match="No space"):
        await ModelSlot(pool, loads, POLL_S).fill("full-disk")


async def test_the_first_process_that_names_a_model_wins_and_no_default_does(
    pool: Pool, loads: Loads
) -> None:
    slots = [ModelSlot(pool, loads, POLL_S) for _ in range(3)]
    await slots[0].fill("named")
    await slots[1].fill("another")
    await slots[2].fill(None)
    assert [slot.current.id for slot in slots] == ["named"] * 3


async def test_an_engine_is_closed_once_its_last_photo_has_gone(pool: Pool, loads: Loads) -> None:
    slot = ModelSlot(pool, loads, POLL_S)
    await slot.fill("old")
    on_its_way = slot.current
    engine = cast(Engine, on_its_way.engine)
    following = asyncio.create_task(slot.follow())
    try:
        await promote(pool, "new")
        await until(lambda: slot.current.id == "new")
        assert not engine.closed
        del on_its_way
        gc.collect()
        assert engine.closed
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
