"""How a process lives (supervision, graceful shutdown): it starts its tasks, stops on a signal, and loudly
when one of them dies.
"""

import asyncio
import gc
import os
import signal
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeVar

import structlog
import uvloop

from shared.errors import Away
from shared.patience import Patience

T = TypeVar("T")

COLLECT_AFTER = 20_000  # new objects, a few MB; hardly any of them refer to each other in circles
LAST_S = 4.0  # to close connections and flush, once all work has ended or was given up


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a process's main coroutine to its end; threads that hang then are not waited for."""
    try:
        uvloop.run(main)
    finally:
        end_within(LAST_S)


def end_within(seconds: float) -> None:
    """The process is gone in this time, whatever hangs in it: a silent server, a thread in a driver."""

    def end() -> None:
        structlog.get_logger().error("did not end in time, so it is ended", seconds=seconds)
        os._exit(1)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()


def stop_on_signal(grace_s: float) -> asyncio.Event:
    """An event that SIGTERM or SIGINT sets; the process ends `grace_s` later, and LAST_S for the rest."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def told() -> None:
        if not stop.is_set():
            end_within(grace_s + LAST_S)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told)
    return stop


async def when_there(attempt: Callable[[], Awaitable[T]], wait_s: float, stop: asyncio.Event) -> T:
    """What `attempt` gives, tried again while a server is away that it needs: others start with us.

    Raises what the last attempt raised, after `wait_s` or when `stop` is set.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + wait_s
    patience = Patience()
    told = ""
    while True:
        try:
            return await attempt()
        except Away as error:
            if loop.time() > until or stop.is_set():
                raise
            if error.detail != told:
                told = error.detail
                structlog.get_logger().warning("waiting to start", reason=told, at_most_s=wait_s)
        await patience.pause(stop)


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
    _spare_collector()
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


def _spare_collector() -> None:
    """What is there by now stays, and is not looked through again and again (garbage collection)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
