"""How a process lives (supervision, graceful shutdown): it starts its tasks, stops on a signal, and loudly
when one of them dies.
"""

import asyncio
import signal
from collections.abc import Coroutine, Mapping
from typing import Any

import uvloop


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a process's main coroutine to its end."""
    uvloop.run(main)


def stop_on_signal() -> asyncio.Event:
    """An event that SIGTERM or SIGINT sets."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


async def first_of(*works: Coroutine[Any, Any, None]) -> None:
    """Run all until one ends; then cancel the others, wait for their clean-up, and raise what it raised.

    A TaskGroup would raise a group, and `except*` is not to be had: what is raised in it is wrapped before
    Python 3.11.4.
    """
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def supervise(stop: asyncio.Event, tasks: Mapping[str, Coroutine[Any, Any, None]]) -> None:
    """Run named tasks until `stop`; then cancel them and wait for their clean-up.

    Raises:
        RuntimeError: a task failed, or ended before `stop`; the others are cancelled first.
    """
    running = {asyncio.create_task(work, name=name) for name, work in tasks.items()}
    waiting = asyncio.create_task(stop.wait(), name="stop")
    try:
        done, _ = await asyncio.wait(running | {waiting}, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {waiting}:
            if stop.is_set() and task.exception() is None:
                continue
            raise RuntimeError(f"task {task.get_name()!r} ended") from task.exception()
    finally:
        for task in running | {waiting}:
            task.cancel()
        await asyncio.gather(*running, waiting, return_exceptions=True)
