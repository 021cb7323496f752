"""Unpacks zip archives as a stream, entry by entry, without ever believing what they say of themselves:
guards against zip bombs and path traversal.

Only the local headers are read, since the directory of an archive stands at its end. Nothing is written
to a disk, so a symbolic link is nothing but a small file with a path in it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import stream_unzip as unzip

from api.intake.names import is_junk, is_unsafe
from shared.errors import BirdsError, Code

PIECE = 256 * 1024  # bytes handed on at once: most small photos whole, large ones without a pile
RATIO_COUNTS_FROM = 64 * 1024 * 1024  # unpacked bytes; a small archive of blank pictures is no bomb


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    max_entries: int
    max_bytes: int  # unpacked, all entries together
    max_ratio: int  # unpacked to packed bytes


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes of an entry, in order; `problem` comes with the last piece of an entry that is no good."""

    name: str
    data: bytes
    last: bool
    problem: BirdsError | None = None


def unpack(chunks: Iterable[bytes], limits: ArchiveLimits) -> Iterator[Piece]:
    """All entries but folders and the litter of operating systems.

    Raises BirdsError where the rest can't be read: archive-too-large, unsafe-archive (encrypted),
    unsupported-type (packed in a way that can't be streamed), corrupt-archive, empty-file.
    """
    meter = _Meter(chunks, limits)
    found = False
    try:
        for raw_name, _, body in unzip.stream_unzip(meter.packed()):
            meter.count_entry()
            for piece in _entry(_decoded(raw_name), meter.unpacked(body)):
                found = True
                yield piece
    except (unzip.PasswordError, unzip.MissingPasswordError):
        raise BirdsError(Code.UNSAFE_ARCHIVE, "The archive is encrypted.") from None
    except unzip.UnsupportedFeatureError:
        detail = "This kind of zip archive can't be unpacked; pack the photos with the usual settings."
        raise BirdsError(Code.UNSUPPORTED_TYPE, detail) from None
    except unzip.UnzipError:
        raise BirdsError(Code.CORRUPT_ARCHIVE, "The archive is damaged or incomplete.") from None
    if not found:
        raise BirdsError(Code.EMPTY_FILE, "There is no file in the archive.")


def _entry(name: str, body: Iterator[bytes]) -> Iterator[Piece]:
    unsafe = is_unsafe(name)
    if unsafe or is_junk(name):
        for _ in body:  # an entry can only be passed by reading it
            pass
        if unsafe:
            problem = BirdsError(Code.UNSAFE_ARCHIVE, "Its path leads out of the archive.")
            yield Piece(name, b"", True, problem)
        return
    yield from _pieces(name, body)


def _pieces(name: str, body: Iterator[bytes]) -> Iterator[Piece]:
    held: list[bytes] = []
    size = 0
    try:
        for chunk in body:
            held.append(chunk)
            size += len(chunk)
            if size >= PIECE:
                yield Piece(name, b"".join(held), False)
                held, size = [], 0
    except unzip.IntegrityError:  # the entry was read to its end, so the next one can be found
        yield Piece(name, b"", True, BirdsError(Code.CORRUPT_ARCHIVE, "Damaged inside the archive."))
        return
    yield Piece(name, b"".join(held), True)


class _Meter:
    """Counts what goes in and what comes out, and stops at the limits."""

    def __init__(self, chunks: Iterable[bytes], limits: ArchiveLimits) -> None:
        self._chunks = chunks
        self._limits = limits
        self._entries = 0
        self._bytes_in = 0
        self._bytes_out = 0

    def packed(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._bytes_in += len(chunk)
            yield chunk

    def count_entry(self) -> None:
        self._entries += 1
        if self._entries > self._limits.max_entries:
            raise _too_large(f"It has more than {self._limits.max_entries:,} entries.")

    def unpacked(self, body: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in body:
            self._bytes_out += len(chunk)
            if self._bytes_out > self._limits.max_bytes:
                raise _too_large(f"It unpacks to more than {self._limits.max_bytes:,} bytes.")
            if self._bytes_out > max(RATIO_COUNTS_FROM, self._limits.max_ratio * self._bytes_in):
                raise _too_large(f"It unpacks to more than {self._limits.max_ratio} times its size.")
            yield chunk


def _too_large(detail: str) -> BirdsError:
    return BirdsError(Code.ARCHIVE_TOO_LARGE, detail)


def _decoded(raw: bytes) -> str:
    """The flag that tells UTF-8 from DOS's code page is often wrong; bytes that are UTF-8 hardly ever are."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp437")
