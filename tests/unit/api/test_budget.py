"""Bytes in memory over all requests."""

import asyncio

from api.intake.budget import ByteBudget


def nothing() -> None:
    pass


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_is_released_can_be_taken_again() -> None:
    budget = ByteBudget(100)
    share = budget.share(nothing)
    await share.grow(60)
    await share.grow(40)
    assert budget.free == 0
    share.release()
    share.release()
    assert budget.free == 100


async def test_one_may_go_beyond_and_the_others_wait() -> None:
    budget = ByteBudget(100)
    first, second = budget.share(nothing), budget.share(nothing)
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
        share = budget.share(nothing)
        for _ in range(10):
            await share.grow(20)
            await asyncio.sleep(0)
        share.release()

    async with asyncio.timeout(5):
        await asyncio.gather(*(photo() for _ in range(20)))
    assert budget.free == 100


async def test_who_has_to_wait_hurries_on_what_it_holds() -> None:
    budget = ByteBudget(100)
    full = budget.share(nothing)
    await full.grow(150)
    held = budget.share(nothing)
    hurried: list[bool] = []
    waiting = asyncio.create_task(budget.share(lambda: hurried.append(True)).grow(10))
    await settled()
    assert hurried
    full.release()
    held.release()
    await waiting
