import asyncio

from shared.patience import FACTOR, STEADY_SHARE, Patience


def test_pauses_grow_to_the_last_and_begin_anew() -> None:
    patience = Patience(first_s=1, last_s=8)
    longest = [min(FACTOR**step, 8) for step in range(6)]
    for most in longest:
        assert STEADY_SHARE * most <= patience.pause_s() <= most
    patience.reset()
    assert patience.pause_s() <= 1


def test_two_that_wait_for_the_same_server_do_not_come_back_together() -> None:
    pauses = {Patience(first_s=1).pause_s() for _ in range(20)}
    assert len(pauses) == 20


async def test_a_stop_ends_the_pause() -> None:
    stop = asyncio.Event()
    pausing = asyncio.create_task(Patience(first_s=1000, last_s=1000).pause(stop))
    stop.set()
    async with asyncio.timeout(10):
        await pausing
