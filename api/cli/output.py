"""Tables on standard output, and downloads: nothing is left half written under the wanted name
(atomic replace)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from rich.console import Console

from api.cli.running import CouldNotRunError

PLAIN_WIDTH = 120  # characters where no terminal says how many: enough that no name is broken


def report_console() -> Console:
    """Standard output, as wide as the terminal."""
    console = Console()
    return console if console.is_terminal else Console(width=PLAIN_WIDTH)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that becomes `path` when all went well. Raises `CouldNotRunError` where it can't be written."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w+b") as file:
            yield file
        part.replace(path)
    except OSError as error:
        raise CouldNotRunError(f"{path} can't be written: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)


def check_writable(path: Path) -> None:
    """Find out before hours of work, not after. Raises `CouldNotRunError`."""
    folder = path.absolute().parent
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise CouldNotRunError(f"{path} can't be written")
