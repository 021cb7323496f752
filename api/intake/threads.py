"""Lets a plain iterator read from an async source: the iterator runs in a thread, a step at a time
(sync over async)."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from concurrent.futures import Executor, Future
from typing import Any, TypeVar

T = TypeVar("T")
_END: Any = object()  # StopIteration can't pass through a future


async def run_in_thread(
    executor: Executor, read: Callable[[], Awaitable[bytes]], work: Callable[[Iterator[bytes]], Iterator[T]]
) -> AsyncGenerator[T, None]:
    """The items of `work(chunks)`, where `chunks` are what `read` gives until it gives nothing.

    A thread is taken for each item, not for the whole iteration. Close the iterator (`aclosing`): then the
    thread has let go of the source when it is left.
    """
    loop = asyncio.get_running_loop()
    source = _Source(loop, read)
    items = _begun_late(work, source)
    step: asyncio.Future[T] | None = None
    try:
        while True:
            step = loop.run_in_executor(executor, next, items, _END)
            item = await asyncio.shield(step)
            if item is _END:
                return
            yield item
    finally:
        source.close()
        if step is not None:
            await asyncio.gather(step, return_exceptions=True)


def _begun_late(work: Callable[[Iterator[bytes]], Iterator[T]], source: Iterator[bytes]) -> Iterator[T]:
    """So that `work` may read before it gives its iterator: in our thread that would wait for ever."""
    yield from work(source)


class _Source(Iterator[bytes]):
    """`read` as seen from a thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, read: Callable[[], Awaitable[bytes]]) -> None:
        self._loop = loop
        self._read = read
        self._pending: Future[bytes] | None = None
        self._closed = False

    def __next__(self) -> bytes:
        if self._closed:
            raise StopIteration
        self._pending = asyncio.run_coroutine_threadsafe(self._one(), self._loop)
        if self._closed:  # while we were asking
            self._pending.cancel()
        chunk = self._pending.result()
        if not chunk:
            raise StopIteration
        return chunk

    def close(self) -> None:
        self._closed = True
        if self._pending is not None:
            self._pending.cancel()

    async def _one(self) -> bytes:
        return await self._read()
