"""Unpacks zip archives without ever believing what they say of themselves: guards against zip bombs, path
traversal and overlapping entries.

Entries are read as they come, while the rest is still on its way. From the first one that can't be (its size
or the encoding of its name is told further on, or what stands before it is damaged) the rest of the archive
is kept on disk, and read by the directory at its end. No entry is written to a file of its own, so a symbolic
link is nothing but a small file with a path in it.

Archives among the entries are unpacked, too, so that a zipped folder comes to the same as the folder; their
bytes and entries count as the outer one's.
"""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import IO

from api.intake.names import entry_name, is_folder, is_unsafe
from api.intake.spool import Spool
from api.intake.zip_bodies import METHODS, CutOffError, EntryError, unpacked
from api.intake.zip_format import (
    DIRECTORY,
    SPANNED,
    NoDirectoryError,
    ZipEntry,
    chunks_of,
    directory,
    local_entry,
    pass_descriptor,
    scattered,
)
from api.intake.zip_names import legacy_encoding, legacy_name, stated_name
from api.intake.zip_source import READ_AT_ONCE, ByteSource
from shared.errors import BirdsError, Code
from shared.photo.litter import litter_of
from shared.photo.meant import ARCHIVE_SUFFIX, suffix_of
from shared.photo.sniff import is_archive

PIECE = 256 * 1024  # bytes handed on at once: most small photos whole, large ones without a pile
DEPTH = 3  # archives in each other: a zipped folder, in which there is an album, in which there is a day
RATIO_COUNTS_FROM = 64 * 1024 * 1024  # unpacked bytes; a small archive of blank pictures is no bomb


_OF_ONE_ARCHIVE = frozenset((Code.CORRUPT_ARCHIVE, Code.EMPTY_FILE, Code.UNSUPPORTED_TYPE))
"""What is wrong with an archive and not with that in which it lies."""


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    max_entries: int
    max_bytes: int  # unpacked, all entries together
    max_ratio: int  # unpacked to packed bytes


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes of an entry, in order; `problem` comes with the last piece of an entry that is no good.

    `litter`: the entry is of this one of `LITTER_KINDS`, and was not read.
    """

    name: str
    data: bytes
    last: bool
    problem: BirdsError | None = None
    litter: str | None = None


def unpack(chunks: Iterable[bytes], limits: ArchiveLimits, spool: Spool) -> Iterator[Piece]:
    """All entries but folders.

    Raises BirdsError where the rest can't be read: archive-too-large, unsupported-type (in several parts),
    corrupt-archive, empty-file, unavailable (no room to keep it).
    """
    yield from _Unpacking(_Meter(chunks, limits), spool).pieces()


class _Unpacking:
    """One archive; its entries are counted, wherever they are read from."""

    def __init__(self, meter: "_Meter", spool: Spool, depth: int = DEPTH) -> None:
        self._meter = meter
        self._max_entries = meter.limits.max_entries
        self._depth = depth
        self._source = ByteSource(self._meter.packed())
        self._spool = spool
        self._end_told = False

    def pieces(self) -> Iterator[Piece]:
        """As `unpack`."""
        found = False
        for piece in self._all():
            found = True
            yield piece
        if not found:
            raise BirdsError(Code.EMPTY_FILE, "There is no file in the archive.")

    def _all(self) -> Iterator[Piece]:
        if self._source.peek(8) in SPANNED:
            self._source.skip_to(4)
        place = yield from self._streamed()
        if place is not None:
            with self._spool.kept(self._source.rest(), self._source.at) as file:
                yield from self._kept(file, place)

    def _streamed(self) -> Generator[Piece, None, int | None]:
        """Gives, at its end, the place from which on the directory is needed; None if all was read."""
        source = self._source
        while found := local_entry(source):
            entry, length = found
            name = stated_name(entry.raw_name, entry.extra)
            if name is None or not (entry.sized or entry.ends_itself or is_folder(name)):
                return entry.start
            source.skip_to(source.at + length)
            if not (yield from self._entry(name, entry, source)):
                return entry.start + 1
        return None if source.peek(4) in DIRECTORY else source.at

    def _kept(self, file: IO[bytes], place: int) -> Iterator[Piece]:
        """What stands from `place` on."""
        try:
            entries, complete = directory(file, self._max_entries), True
        except NoDirectoryError:
            entries, complete = scattered(file, place, self._max_entries), False
        encoding = legacy_encoding(
            entry.raw_name for entry in entries if stated_name(entry.raw_name, entry.extra) is None
        )
        source = ByteSource(chunks_of(file, place), place)
        for entry, following in zip_longest(entries, entries[1:]):
            if entry.start < place:
                continue
            if not 0 <= entry.start - source.at <= READ_AT_ONCE:
                source = ByteSource(chunks_of(file, entry.start), entry.start)
            source.skip_to(entry.start)
            name = stated_name(entry.raw_name, entry.extra) or legacy_name(entry.raw_name, encoding)
            yield from self._entry(name, entry, source, _misplaced(source, entry, following))
        if not complete and not self._end_told:
            detail = "The archive is damaged or incomplete: the list of its files is missing at its end."
            raise BirdsError(Code.CORRUPT_ARCHIVE, detail)

    def _entry(
        self, name: str, entry: ZipEntry, source: ByteSource, problem: EntryError | None = None
    ) -> Generator[Piece, None, bool]:
        """The entry whose bytes stand next. Gives, at its end, whether the source stands where they end."""
        self._meter.count_entry()
        end = source.at + entry.packed
        folder = is_folder(name)
        last = None if folder else _unread(name, entry, problem)
        whole = True
        try:
            if last is None and not folder:
                yield from self._content(name, self._meter.unpacked(unpacked(source, entry)))
            elif not entry.sized and entry.ends_itself:  # it can only be passed by reading it
                for _ in self._meter.unpacked(unpacked(source, entry)):
                    pass
        except EntryError as damage:
            whole = False
            last = last or (None if folder else Piece(name, b"", True, damage))
        if entry.sized:
            source.skip_to(end)
            if source.at < end and last is not None and last.litter is None:
                last = Piece(name, b"", True, CutOffError())
        if last is not None:
            yield last
        self._end_told = last is not None and isinstance(last.problem, CutOffError)
        if entry.sized or folder:
            pass_descriptor(source, entry.crc, entry.packed, entry.size)
        return whole or entry.sized

    def _content(self, name: str, body: Iterator[bytes]) -> Iterator[Piece]:
        """The bytes of an entry, or what is in it where it is an archive."""
        head = next(body, b"")
        whole = chain((head,), body)
        if self._depth == 1 or not (is_archive(head) and suffix_of(name) == ARCHIVE_SUFFIX):
            yield from _pieces(name, whole)
            return
        inner = _Unpacking(_Meter(whole, self._meter.limits, self._meter), self._spool, self._depth - 1)
        try:
            for piece in inner.pieces():
                yield replace(piece, name=entry_name(name, piece.name))
        except BirdsError as problem:
            if isinstance(problem, EntryError) or problem.code not in _OF_ONE_ARCHIVE:
                raise
            yield Piece(name, b"", True, problem)
        for _ in whole:  # to its checksum
            pass


def _misplaced(source: ByteSource, entry: ZipEntry, following: ZipEntry | None) -> EntryError | None:
    """Passes the local header of an entry of the directory; says what is wrong with its place."""
    local = local_entry(source)
    if local is None:
        return EntryError(Code.CORRUPT_ARCHIVE, "It is not where the archive says that it is.")
    source.skip_to(source.at + local[1])
    if following is not None and source.at + entry.packed > following.start:
        return EntryError(Code.UNSAFE_ARCHIVE, "It reaches into the next entry of the archive.")
    return None


def _unread(name: str, entry: ZipEntry, problem: EntryError | None) -> Piece | None:
    """What is told of an entry that is litter or can't be read."""
    if litter := litter_of(name.replace("\\", "/")):
        return Piece(name, b"", True, litter=litter)
    if is_unsafe(name):
        problem = EntryError(Code.UNSAFE_ARCHIVE, "Its path leads out of the archive.")
    elif entry.encrypted:
        problem = EntryError(Code.UNSAFE_ARCHIVE, "It is encrypted; pack the photos without a password.")
    elif entry.method not in METHODS:
        detail = f"Its packing method ({entry.method}) can't be read; pack with the usual settings."
        problem = EntryError(Code.UNSUPPORTED_TYPE, detail)
    elif not (entry.sized or entry.ends_itself):
        problem = CutOffError()
    return Piece(name, b"", True, problem) if problem is not None else None


def _pieces(name: str, body: Iterable[bytes]) -> Iterator[Piece]:
    held: list[bytes] = []
    size = 0
    for chunk in body:
        held.append(chunk)
        size += len(chunk)
        if size >= PIECE:
            yield Piece(name, b"".join(held), False)
            held, size = [], 0
    yield Piece(name, b"".join(held), True)


class _Meter:
    """Counts what goes in and what comes out, and stops at the limits."""

    def __init__(self, chunks: Iterable[bytes], limits: ArchiveLimits, outer: "_Meter | None" = None) -> None:
        """`outer`: of the archive in which this one lies."""
        self.limits = limits
        self._chunks = chunks
        self._outer = outer
        self._entries = 0
        self._bytes_in = 0
        self._bytes_out = 0

    def packed(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._bytes_in += len(chunk)
            yield chunk

    def count_entry(self) -> None:
        self._entries += 1
        if self._entries > self.limits.max_entries:
            raise _too_large(f"It has more than {self.limits.max_entries:,} entries.")
        if self._outer is not None:
            self._outer.count_entry()

    def unpacked(self, body: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in body:
            self._count_bytes(len(chunk))
            yield chunk

    def _count_bytes(self, size: int) -> None:
        self._bytes_out += size
        if self._bytes_out > self.limits.max_bytes:
            raise _too_large(f"It unpacks to more than {self.limits.max_bytes:,} bytes.")
        if self._bytes_out > max(RATIO_COUNTS_FROM, self.limits.max_ratio * self._bytes_in):
            raise _too_large(f"It unpacks to more than {self.limits.max_ratio} times its size.")
        if self._outer is not None:
            self._outer._count_bytes(size)


def _too_large(detail: str) -> BirdsError:
    return BirdsError(Code.ARCHIVE_TOO_LARGE, detail)
