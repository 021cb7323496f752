"""Bytes in memory over all requests."""

import asyncio
from uuid import UUID

import pytest

from api.intake.budget import ByteBudget
from shared.errors import BirdsError, Code
from shared.records import OwnerId

ALICE, EVE = OwnerId(UUID(int=1)), OwnerId(UUID(int=2))


def nothing() -> None:
    pass


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_is_released_can_be_taken_again() -> None:
    budget = ByteBudget(100)
    share = budget.share(ALICE, nothing)
    await share.grow(60)
    await share.grow(40)
    assert budget.free == 0
    share.release()
    share.release()
    assert budget.free == 100


async def test_one_may_go_beyond_and_the_others_wait() -> None:
    budget = ByteBudget(100)
    first, second = budget.share(ALICE, nothing), budget.share(ALICE, nothing)
    await first.grow(80)
    await first.grow(80)  # nobody else is ahead, so it need not wait
    waiting = asyncio.create_task(second.grow(10))
    await settled()
    assert not waiting.done()
    first.release()
    await waiting
    assert budget.free == 90


async def test_half_read_photos_do_not_wait_for_each_other_for_ever() -> None:
    budget = ByteBudget(100)

    async def photo() -> None:
        share = budget.share(ALICE, nothing)
        for _ in range(10):
            await share.grow(20)
            await asyncio.sleep(0)
        share.release()

    async with asyncio.timeout(5):
        await asyncio.gather(*(photo() for _ in range(20)))
    assert budget.free == 100


async def test_who_has_to_wait_hurries_on_what_it_holds() -> None:
    budget = ByteBudget(100)
    full = budget.share(ALICE, nothing)
    await full.grow(150)
    held = budget.share(ALICE, nothing)
    hurried: list[bool] = []
    waiting = asyncio.create_task(budget.share(ALICE, lambda: hurried.append(True)).grow(10))
    await settled()
    assert hurried
    full.release()
    held.release()
    await waiting


async def test_what_one_owner_holds_in_silence_leaves_room_for_another() -> None:
    """Six photos that stop before their end, of a size of which the budget has room for four."""
    budget = ByteBudget(100)
    stuck = [asyncio.create_task(budget.share(EVE, nothing).grow(24)) for _ in range(6)]
    await settled()
    assert 0 < sum(one.done() for one in stuck) < len(stuck)
    async with asyncio.timeout(1):
        for _ in range(20):
            share = budget.share(ALICE, nothing)
            await share.grow(20)
            share.release()
    for one in stuck:
        one.cancel()
    await asyncio.gather(*stuck, return_exceptions=True)


async def test_owners_half_read_photos_do_not_wait_for_each_other_for_ever() -> None:
    budget = ByteBudget(100)

    async def photo(owner: OwnerId) -> None:
        share = budget.share(owner, nothing)
        for _ in range(10):
            await share.grow(20)
            await asyncio.sleep(0)
        share.release()

    async with asyncio.timeout(5):
        await asyncio.gather(*(photo(owner) for owner in (ALICE, EVE) for _ in range(20)))
    assert budget.free == 100


async def test_a_wait_for_others_has_an_end_that_is_told() -> None:
    budget = ByteBudget(100, wait_s=0.01)
    await budget.share(EVE, nothing).grow(120)
    with pytest.raises(BirdsError) as raised:
        await budget.share(ALICE, nothing).grow(10)
    assert raised.value.code is Code.UNAVAILABLE
    own = asyncio.create_task(budget.share(EVE, nothing).grow(10))
    await asyncio.wait({own}, timeout=0.05)
    assert not own.done(), "it waits for the same owner's photos"
    own.cancel()
