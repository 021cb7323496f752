"""Runs one command to its exit status; a person is told in one line what others would show as a traceback."""

import asyncio
import os
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")

EXIT_ALL_DONE = 0
EXIT_SOME_FAILED = 1
EXIT_COULD_NOT_RUN = 2
EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells have it
EXIT_READER_LEFT = 141  # 128 + SIGPIPE: `birds … | head`


class CouldNotRunError(Exception):
    """Nothing can be done until the person changes something; the message is one line that says what."""


def counted(number: int, noun: str) -> str:
    """1 photo, 2,100 photos."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def say(line: str) -> None:
    """To the person; standard output belongs to the results."""
    print(line, file=sys.stderr, flush=True)


def give_up(reason: object) -> NoReturn:
    say(f"birds: {reason}")
    raise SystemExit(EXIT_COULD_NOT_RUN)


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
    try:
        from uvloop import new_event_loop  # comes with the server, and is not made for Windows
    except ModuleNotFoundError:
        return asyncio.run(command)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(command)


@contextmanager
def from_extra(name: str) -> Iterator[None]:
    """Around the import of a command that Birds can't run without the extra `name`: says so, exits with 2."""
    try:
        yield
    except ModuleNotFoundError as error:
        give_up(f"this command needs {error.name}, which is missing: pip install 'birds[{name}]'")
