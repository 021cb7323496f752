"""The bytes of one entry of a zip archive, unpacked a piece at a time and held against its checksum."""

import bz2
import lzma
import zlib
from collections.abc import Iterator
from typing import Protocol

from api.intake.zip_format import DEFLATED, ZipEntry, pass_descriptor
from api.intake.zip_source import READ_AT_ONCE, ByteSource
from shared.errors import BirdsError, Code

STORED, BZIP2, LZMA = 0, 12, 14
METHODS = frozenset((STORED, DEFLATED, BZIP2, LZMA))

_MOST_DICTIONARY = (
    16 * 1024 * 1024
)  # bytes of memory that an entry may ask for; none asks for more than it has


class EntryError(BirdsError):
    """One entry is no good; the others may be."""


class CutOffError(EntryError):
    """The archive ends inside of an entry."""

    def __init__(self) -> None:
        super().__init__(Code.CORRUPT_ARCHIVE, "The archive ends inside of it; what would follow is missing.")


def unpacked(source: ByteSource, entry: ZipEntry) -> Iterator[bytes]:
    """What is in the entry whose bytes stand next. What it states of its sizes is not believed.

    Raises EntryError: corrupt-archive, or unsupported-type where that shows only in its bytes.
    """
    begin, crc, size = source.at, 0, 0
    for piece in _pieces(source, entry):
        crc = zlib.crc32(piece, crc)
        size += len(piece)
        yield piece
    if not entry.sized:
        good = pass_descriptor(source, crc, source.at - begin, size)
    else:
        good = (crc, size) == (entry.crc, entry.size)
    if not good:
        raise _damaged()


def _pieces(source: ByteSource, entry: ZipEntry) -> Iterator[bytes]:
    end = source.at + entry.packed if entry.sized else None
    if entry.method == STORED:
        yield from _packed(source, end)
        return
    unpacker = _Inflate() if entry.method == DEFLATED else _by_header(source, entry)
    for packed in _packed(source, end):
        yield from unpacker.feed(packed)
        if unpacker.eof:
            source.give_back(unpacker.unused)
            return


def _packed(source: ByteSource, end: int | None) -> Iterator[bytes]:
    """Up to `end`, or for as long as they are asked for."""
    while end is None or source.at < end:
        piece = source.some(READ_AT_ONCE if end is None else min(READ_AT_ONCE, end - source.at))
        if not piece:
            raise CutOffError
        yield piece


class _Unpacker(Protocol):
    eof: bool
    unused: int
    """How many bytes of the last ones fed were not its own."""

    def feed(self, packed: bytes) -> Iterator[bytes]: ...


class _Decompressor(Protocol):
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def _step(decompressor: _Decompressor, packed: bytes) -> bytes:
    try:
        return decompressor.decompress(packed, READ_AT_ONCE)
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError):
        raise _damaged() from None


class _Inflate:
    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        self.eof = False
        self.unused = 0

    def feed(self, packed: bytes) -> Iterator[bytes]:
        more = True
        while more:
            piece = _step(self._inflate, packed)
            packed = self._inflate.unconsumed_tail
            more = bool(packed) or len(piece) == READ_AT_ONCE
            if piece:
                yield piece
        self.eof, self.unused = self._inflate.eof, len(self._inflate.unused_data)


class _Others:
    def __init__(self, decompressor: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self._decompressor = decompressor
        self.eof = False
        self.unused = 0

    def feed(self, packed: bytes) -> Iterator[bytes]:
        more = True
        while more:
            piece = _step(self._decompressor, packed)
            packed = b""
            more = not self._decompressor.eof and not self._decompressor.needs_input
            if piece:
                yield piece
        self.eof, self.unused = self._decompressor.eof, len(self._decompressor.unused_data)


def _by_header(source: ByteSource, entry: ZipEntry) -> _Unpacker:
    if entry.method == BZIP2:
        return _Others(bz2.BZ2Decompressor())
    head = source.peek(9)  # version, length of the properties, the properties
    if len(head) < 9 or head[2:4] != b"\x05\x00":
        raise _damaged()
    source.skip_to(source.at + 9)
    rest, lc = divmod(head[4], 9)
    pb, lp = divmod(rest, 5)
    dictionary = int.from_bytes(head[5:9], "little")
    if dictionary > _MOST_DICTIONARY:
        raise EntryError(Code.UNSUPPORTED_TYPE, "It takes too much memory to unpack; pack it as usual.")
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": dictionary, "lc": lc, "lp": lp, "pb": pb}]
    try:
        return _Others(lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters))
    except (lzma.LZMAError, ValueError):
        raise _damaged() from None


def _damaged() -> EntryError:
    return EntryError(Code.CORRUPT_ARCHIVE, "Damaged inside the archive.")
