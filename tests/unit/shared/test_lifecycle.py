"""How processes begin and end: they wait for servers that start beside them, and nothing holds them back."""

import asyncio
import gc
import signal
import subprocess
import sys
import textwrap

import pytest

from shared import lifecycle
from shared.errors import LedgerAway

BEGINNING = """
import asyncio, threading
from concurrent.futures import ThreadPoolExecutor
from shared import lifecycle
lifecycle.LAST_S = 0.1
threads = ThreadPoolExecutor(1)
"""
LONG_S = 30  # than which a process that is ended is quicker, on any machine


def status(main: str, told: signal.Signals | None = None) -> int:
    """How a process with this main coroutine ends, which is `told` once it has said that it runs."""
    body = textwrap.indent(textwrap.dedent(main), "    ")
    program = f"{BEGINNING}\nasync def main():\n{body}\nlifecycle.run(main())"
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout
        assert process.stdout.readline() == b"runs\n"
        if told is not None:
            process.send_signal(told)
        return process.wait(LONG_S)


@pytest.mark.parametrize(
    "main",
    [
        """
        stop = lifecycle.stop_on_signal(0.1)
        print("runs", flush=True)
        await asyncio.Event().wait()
        """,
        """
        stop = lifecycle.stop_on_signal(0.1)
        threads.submit(threading.Event().wait)
        print("runs", flush=True)
        await stop.wait()
        """,
    ],
    ids=["work that does not end", "a thread that hangs"],
)
def test_a_process_that_is_told_to_stop_is_gone_in_time(main: str) -> None:
    assert status(main, signal.SIGTERM) == 1


def test_a_process_that_fails_does_not_wait_for_a_thread_that_hangs() -> None:
    main = """
        threads.submit(threading.Event().wait)
        print("runs", flush=True)
        raise RuntimeError
        """
    assert status(main) == 1


def test_a_process_that_ends_as_it_is_told_ends_well() -> None:
    main = """
        stop = lifecycle.stop_on_signal(0.1)
        print("runs", flush=True)
        await stop.wait()
        """
    assert status(main, signal.SIGTERM) == 0


async def away_until(count: int, tries: list[int]) -> str:
    tries.append(1)
    if len(tries) < count:
        raise LedgerAway("refused")
    return "there"


async def test_a_server_that_is_away_at_the_start_is_waited_for() -> None:
    tries: list[int] = []
    assert await lifecycle.when_there(lambda: away_until(3, tries), 60, asyncio.Event()) == "there"
    assert len(tries) == 3


@pytest.mark.parametrize(("wait_s", "stopped"), [(0.0, False), (60.0, True)])
async def test_the_wait_has_an_end(wait_s: float, stopped: bool) -> None:
    stop = asyncio.Event()
    if stopped:
        asyncio.get_running_loop().call_later(0.05, stop.set)
    with pytest.raises(LedgerAway):
        await lifecycle.when_there(lambda: away_until(1000, []), wait_s, stop)


async def test_what_a_process_begins_with_is_not_looked_through_for_garbage() -> None:
    before, stop = gc.get_threshold(), asyncio.Event()
    stop.set()
    try:
        await lifecycle.supervise(stop, {})
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold()[0] == lifecycle.COLLECT_AFTER
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
