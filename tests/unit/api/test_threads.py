"""A plain iterator that reads from an async source."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing

import pytest

from api.intake.threads import run_in_thread


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


async def test_items_come_as_the_source_gives(executor: ThreadPoolExecutor) -> None:
    left = [b"a", b"bc", b""]

    async def read() -> bytes:
        return left.pop(0)

    def work(chunks: Iterator[bytes]) -> Iterator[int]:
        for chunk in chunks:
            yield from chunk

    async with aclosing(run_in_thread(executor, read, work)) as items:
        assert [item async for item in items] == list(b"abc")


async def test_errors_come_through_from_both_sides(executor: ThreadPoolExecutor) -> None:
    async def broken() -> bytes:
        raise ConnectionResetError("gone")

    with pytest.raises(ConnectionResetError):
        async for _ in run_in_thread(executor, broken, lambda chunks: iter(list(chunks))):
            pass

    async def empty() -> bytes:
        return b""

    def failing(chunks: Iterator[bytes]) -> Iterator[int]:
        yield from (1 // len(chunk) for chunk in [*chunks, b""])

    with pytest.raises(ZeroDivisionError):
        async for _ in run_in_thread(executor, empty, failing):
            pass


async def test_a_step_that_waits_for_the_network_is_given_up(executor: ThreadPoolExecutor) -> None:
    reading = asyncio.Event()

    async def read() -> bytes:
        reading.set()
        await asyncio.Event().wait()  # a client that sends nothing more
        raise AssertionError

    async def consume() -> None:
        async with aclosing(run_in_thread(executor, read, lambda chunks: chunks)) as items:
            async for _ in items:
                pass

    consumer = asyncio.create_task(consume())
    await reading.wait()
    consumer.cancel()
    async with asyncio.timeout(5):
        await asyncio.gather(consumer, return_exceptions=True)
    assert await asyncio.get_running_loop().run_in_executor(executor, int, "7") == 7  # the thread is free
