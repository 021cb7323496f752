"""A crowd of requests of one key becomes a stream, and no other key waits for it."""

import asyncio
import time
from uuid import UUID

import pytest

from api.duties.pace import AT_ONCE, Pace
from api.duties.quotas import OverLimit, Quota
from shared.records import KeyId

EVE, ALICE = KeyId(UUID(int=1)), KeyId(UUID(int=2))


def pace(a_second: float) -> Pace:
    return Pace(Quota("requests", 60, "make {amount} requests"), 60 / a_second)


async def test_a_crowd_is_stretched_and_another_goes_in_between() -> None:
    requests, began = pace(a_second=500), time.monotonic()
    crowd = [asyncio.create_task(requests.wait(EVE)) for _ in range(AT_ONCE + 100)]
    await asyncio.sleep(0)
    await requests.wait(ALICE)
    assert not all(one.done() for one in crowd)
    await asyncio.gather(*crowd)
    assert time.monotonic() - began >= 0.19, "a hundred more than may come at once, 500 a second"


async def test_who_would_wait_too_long_is_refused() -> None:
    requests = pace(a_second=1 / 60)
    for _ in range(AT_ONCE):
        await requests.wait(EVE)
    with pytest.raises(OverLimit) as refused:
        await requests.wait(EVE)
    assert 0 < refused.value.retry_after_s <= 60
    await requests.wait(ALICE)
