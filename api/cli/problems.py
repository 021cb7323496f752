"""What a person at the terminal is told instead of a traceback."""

import sys
from typing import NoReturn

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
