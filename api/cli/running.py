"""Runs one command to its exit status, telling in one line what a person has to know."""

import asyncio
import os
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from api.cli.problems import EXIT_INTERRUPTED, EXIT_READER_LEFT, CouldNotRunError, give_up, say

T = TypeVar("T")


def run_command(command: Coroutine[Any, Any, T]) -> T:
    """The command's value; exits with 2 if it could not run, 130 on Ctrl-C."""
    with in_one_line():
        return run(command)


@contextmanager
def in_one_line(on_interrupt: str = "interrupted") -> Iterator[None]:
    """Turns what ends a command early into a line on standard error and an exit status."""
    try:
        yield
    except CouldNotRunError as error:
        give_up(error)
    except KeyboardInterrupt:
        say(f"birds: {on_interrupt}")
        raise SystemExit(EXIT_INTERRUPTED) from None
    except BrokenPipeError:
        # Whoever read us has seen enough; the interpreter's last flush must not complain about it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(EXIT_READER_LEFT) from None


def run(command: Coroutine[Any, Any, T]) -> T:
    """Like asyncio.run, on the quicker loop where there is one."""
    if sys.platform == "win32":
        return asyncio.run(command)
    import uvloop  # not made for Windows

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(command)
