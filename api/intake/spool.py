"""Room on a disk for archives that can be read only from their end (spooling)."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TypeVar

import structlog

from shared.errors import BirdsError, Code

T = TypeVar("T")

_FROM_ITS_END = "The archive can be read only from its end"


class Spool:
    """Files without a name, gone when they are left or when the process dies; used from many threads."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        """`max_bytes`: of all files together."""
        self._folder = folder
        self._max_bytes = max_bytes
        self._held = 0
        self._lock = threading.Lock()

    @contextmanager
    def kept(self, chunks: Iterable[bytes], at: int) -> Iterator[IO[bytes]]:
        """A file of these bytes, the first of which stands at `at`: what is before takes no room.

        Raises BirdsError: archive-too-large, unavailable (there may be room later).
        """
        held = 0
        try:
            with self._on_disk(lambda: TemporaryFile(dir=self._folder, buffering=0)) as file:
                file.seek(at)
                for chunk in chunks:
                    self._take(len(chunk), held)
                    held += len(chunk)
                    self._write(file, chunk)
                yield file
        finally:
            with self._lock:
                self._held -= held

    def _take(self, size: int, held: int) -> None:
        """`held` already, by the same archive."""
        if held + size > self._max_bytes:
            detail = f"{_FROM_ITS_END}, and more than {self._max_bytes:,} bytes are not kept for that."
            raise BirdsError(Code.ARCHIVE_TOO_LARGE, detail)
        with self._lock:
            if self._held + size > self._max_bytes:
                detail = f"{_FROM_ITS_END}, and others take up the room for that; send it again later."
                raise BirdsError(Code.UNAVAILABLE, detail)
            self._held += size

    def _write(self, file: IO[bytes], chunk: bytes) -> None:
        left = memoryview(chunk)
        while left:
            left = left[self._on_disk(partial(file.write, left)) :]

    def _on_disk(self, act: Callable[[], T]) -> T:
        try:
            return act()
        except OSError as error:
            log = structlog.get_logger()
            log.error("no room for an archive", folder=str(self._folder), error=str(error))
            detail = f"{_FROM_ITS_END}, and there is no room to keep it for that; send it again later."
            raise BirdsError(Code.UNAVAILABLE, detail) from None
