"""Places by turn: an owner with a crowd leaves room for another's few."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from uuid import UUID

import pytest

from api.turns import Turns
from shared.errors import BirdsError, Code
from shared.records import OwnerId

ALICE, BOB, EVE = (OwnerId(UUID(int=number)) for number in range(3))


async def hold(turns: Turns, owner: OwnerId, order: list[OwnerId]) -> None:
    async with turns.one(owner):
        order.append(owner)
        await asyncio.sleep(0)


async def test_owners_take_turns() -> None:
    turns, order = Turns(1, 1), list[OwnerId]()
    crowd = [hold(turns, EVE, order) for _ in range(50)]
    await asyncio.gather(*crowd, hold(turns, ALICE, order), hold(turns, BOB, order))
    assert order.index(ALICE) <= 3
    assert order.index(BOB) <= 3
    assert len(order) == 52


async def test_an_owner_leaves_places_to_others() -> None:
    turns = Turns(4, 2)
    async with AsyncExitStack() as held:
        for _ in range(2):
            await held.enter_async_context(turns.one(EVE))
        third = asyncio.create_task(held.enter_async_context(turns.one(EVE)))
        async with turns.one(ALICE), turns.one(ALICE):
            assert not third.done(), "there would be none left for others"
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(hold(turns, BOB, []), 0.01)
        await hold(turns, BOB, [])
        third.cancel()


async def test_a_wait_that_has_no_end_is_told() -> None:
    turns = Turns(1, 1, wait_s=0.01)
    async with turns.one(EVE):
        with pytest.raises(BirdsError) as raised:
            await hold(turns, ALICE, [])
        assert raised.value.code is Code.UNAVAILABLE
        own = asyncio.create_task(hold(turns, EVE, []))
        await asyncio.wait({own}, timeout=0.05)
        assert not own.done(), "it waits for the same owner's work"
    await own


@pytest.mark.parametrize("leave", [asyncio.Task.cancel, lambda task: None])
async def test_no_place_is_lost(leave: Callable[[asyncio.Task[None]], Awaitable[None] | bool | None]) -> None:
    turns = Turns(1, 1)
    async with turns.one(EVE):
        waiting = [asyncio.create_task(hold(turns, owner, [])) for owner in (ALICE, ALICE, BOB)]
        await asyncio.sleep(0)
    for task in waiting:  # one of them was handed the place just now
        leave(task)
    await asyncio.gather(*waiting, return_exceptions=True)
    async with asyncio.timeout(1):
        await hold(turns, BOB, [])
    assert turns._free == 1
    assert not turns._held
    assert not turns._waiting
