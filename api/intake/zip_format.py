"""The records of a zip archive, read from bytes that nobody vouches for (APPNOTE.TXT).

`zipfile` of the standard library reads all of an archive's directory or none of it: one name that is not in
the encoding it claims, or one field that is too short, would cost every entry.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from mmap import ACCESS_READ, mmap
from os import SEEK_END
from typing import IO

from api.intake.zip_names import extra_fields
from api.intake.zip_source import READ_AT_ONCE, ByteSource
from shared.errors import BirdsError, Code

LOCAL = b"PK\x03\x04"
CENTRAL = b"PK\x01\x02"
END = b"PK\x05\x06"
END_64 = b"PK\x06\x06"
DIRECTORY = frozenset((CENTRAL, END, END_64))
SPANNED = frozenset((b"PK\x07\x08" + LOCAL, b"PK00" + LOCAL))
"""How an archive begins that was meant to have several parts."""

DEFLATED = 8

BYTES_AN_ENTRY = 1024  # of a directory, on average; a name of 512 letters and all usual fields fit

_ENCRYPTED = 1
_SIZES_AFTERWARDS = 8
_ZIP64 = 0x0001
_IN_ZIP64 = 0xFFFFFFFF
_LOCAL_HEADER = struct.Struct("<6xHH4xIIIHH")
_CENTRAL_HEADER = struct.Struct("<8xHH4xIIIHHH8xI")
_DESCRIPTORS = tuple(map(struct.Struct, ("<III", "<IQQ")))
_DESCRIPTOR_SIGNATURE = b"PK\x07\x08"
_END = struct.Struct("<4xHHHHII2x")
_END_64 = struct.Struct("<16xIIQQQQ")
_LOCATOR_64 = b"PK\x06\x07"
_LOCATOR_SIZE = 20
_LONGEST_COMMENT = 65_535
_FALSE_DESCRIPTORS = 100  # what looks like one inside of a photo, or of an archive in the archive


class NoDirectoryError(Exception):
    """The archive has no directory at its end, or not the whole of it."""


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """What is stated of one entry, before its bytes or in the directory; sizes in bytes."""

    raw_name: bytes
    extra: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int  # unpacked
    start: int  # of its local header, from the beginning of the archive

    @property
    def encrypted(self) -> bool:
        return bool(self.flags & _ENCRYPTED)

    @property
    def sized(self) -> bool:
        """Whether it states where its bytes end; otherwise that is told after them, in a data descriptor."""
        return not self.flags & _SIZES_AFTERWARDS or self.packed not in (0, _IN_ZIP64)

    @property
    def ends_itself(self) -> bool:
        """Whether its packed bytes tell where they end."""
        return self.method == DEFLATED and not self.encrypted


def local_entry(source: ByteSource) -> tuple[ZipEntry, int] | None:
    """The entry whose local header stands next, and the header's length; nothing is consumed."""
    head = source.peek(_LOCAL_HEADER.size)
    if len(head) < _LOCAL_HEADER.size or not head.startswith(LOCAL):
        return None
    flags, method, crc, packed, size, name, extra = _LOCAL_HEADER.unpack(head)
    length = _LOCAL_HEADER.size + name + extra
    whole = source.peek(length)
    if len(whole) < length:
        return None
    names_end = _LOCAL_HEADER.size + name
    fields = whole[names_end:]
    size, packed = _wide(fields, size, packed)
    raw_name = whole[_LOCAL_HEADER.size : names_end]
    return ZipEntry(raw_name, fields, flags, method, crc, packed, size, source.at), length


def pass_descriptor(source: ByteSource, crc: int, packed: int, size: int) -> bool:
    """Whether the data descriptor that stands next says this; then it is passed.

    Its signature may be missing, and its sizes may have four bytes or eight: only the values tell.
    """
    signature = _DESCRIPTOR_SIGNATURE if source.peek(4) == _DESCRIPTOR_SIGNATURE else b""
    for form in _DESCRIPTORS:
        length = len(signature) + form.size
        head = source.peek(length)
        if len(head) == length and form.unpack(head[len(signature) :]) == (crc, packed, size):
            source.skip_to(source.at + length)
            return True
    return False


def directory(file: IO[bytes], max_entries: int) -> list[ZipEntry]:
    """All entries by the directory, in the order of their places.

    Raises NoDirectoryError, BirdsError: archive-too-large, unsupported-type (one part of several).
    """
    begin, end = _directory_place(file)
    if end - begin > max_entries * BYTES_AN_ENTRY:
        raise BirdsError(Code.ARCHIVE_TOO_LARGE, f"It has more than {max_entries:,} entries.")
    source = ByteSource(chunks_of(file, begin), begin)
    entries = []
    while source.at < end:
        entry = _central_entry(source)
        if entry is None:
            raise NoDirectoryError
        entries.append(entry)
    return sorted(entries, key=lambda entry: entry.start)


def scattered(file: IO[bytes], start: int, max_entries: int) -> list[ZipEntry]:
    """The entries of an archive without a directory, from `start` on: wherever a local header stands."""
    if file.seek(0, SEEK_END) <= start:
        return []
    with mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        headers, descriptors = _Occurrences(data, LOCAL), _Occurrences(data, _DESCRIPTOR_SIGNATURE)
        entries: list[ZipEntry] = []
        at = headers.after(start)
        while at >= 0 and len(entries) < max_entries:
            found = local_entry(ByteSource(chunks_of(file, at, BYTES_AN_ENTRY), at))
            begin = at + len(LOCAL)
            if found is not None:
                entry, length = found
                begin = at + length
                entries.append(entry if entry.sized else _sized(data, entry, begin, descriptors))
                begin += entries[-1].packed
            at = headers.after(begin)
        return entries


def chunks_of(file: IO[bytes], start: int, size: int = READ_AT_ONCE) -> Iterator[bytes]:
    """From `start` on; others may read the file in between."""
    while True:
        file.seek(start)
        chunk = file.read(size)
        if not chunk:
            return
        start += len(chunk)
        yield chunk


def _wide(extra: bytes, *values: int) -> list[int]:
    """Values that do not fit into four bytes stand in the field of zip64, in the same order."""
    wide = next((data for kind, data in extra_fields(extra) if kind == _ZIP64), b"")
    found = []
    for value in values:
        elsewhere = value == _IN_ZIP64 and len(wide) >= 8
        found.append(int.from_bytes(wide[:8], "little") if elsewhere else value)
        wide = wide[8:] if elsewhere else wide
    return found


def _directory_place(file: IO[bytes]) -> tuple[int, int]:
    """Where the directory begins and ends."""
    length = file.seek(0, SEEK_END)
    tail_at = max(0, length - _END.size - _LONGEST_COMMENT)
    file.seek(tail_at)
    tail = file.read()
    at = tail.rfind(END)
    if at < 0 or len(tail) - at < _END.size:
        raise NoDirectoryError
    disk, first_disk, here, count, size, offset = _END.unpack_from(tail, at)
    end = tail_at + at
    if tail[max(0, at - _LOCATOR_SIZE) :].startswith(_LOCATOR_64) and end >= _LOCATOR_SIZE + _END_64.size:
        end -= _LOCATOR_SIZE + _END_64.size
        file.seek(end)
        record = file.read(_END_64.size)
        if not record.startswith(END_64):
            raise NoDirectoryError
        disk, first_disk, here, count, size, offset = _END_64.unpack(record)
    if disk or first_disk or here != count:
        detail = "It is one part of an archive in several; join them, or pack the photos into one zip."
        raise BirdsError(Code.UNSUPPORTED_TYPE, detail)
    if offset + size != end:  # the end of an archive in the archive, which itself is cut off
        raise NoDirectoryError
    return offset, end


def _central_entry(source: ByteSource) -> ZipEntry | None:
    head = source.peek(_CENTRAL_HEADER.size)
    if len(head) < _CENTRAL_HEADER.size or not head.startswith(CENTRAL):
        return None
    flags, method, crc, packed, size, name, extra, comment, start = _CENTRAL_HEADER.unpack(head)
    whole = source.peek(_CENTRAL_HEADER.size + name + extra)
    names_end = _CENTRAL_HEADER.size + name
    here = source.at
    source.skip_to(source.at + names_end + extra + comment)
    fields = whole[names_end:]
    size, packed, start = _wide(fields, size, packed, start)
    raw_name = whole[_CENTRAL_HEADER.size : names_end]
    flags &= ~_SIZES_AFTERWARDS  # that is so of the local header; here they are
    return ZipEntry(raw_name, fields, flags, method, crc, packed, size, min(start, here))


class _Occurrences:
    """Where some bytes stand in a file; asked for places that grow, it reads the file once."""

    def __init__(self, data: mmap, wanted: bytes) -> None:
        self._data = data
        self._wanted = wanted
        self._next = data.find(wanted)

    def after(self, place: int) -> int:
        """The first one from `place` on; -1 if there is none."""
        if 0 <= self._next < place:
            self._next = self._data.find(self._wanted, min(place, len(self._data)))
        return self._next


def _sized(data: mmap, entry: ZipEntry, begin: int, descriptors: _Occurrences) -> ZipEntry:
    """As its descriptor says: the one that tells rightly how far it is from the entry's first byte."""
    at = descriptors.after(begin)
    for _ in range(_FALSE_DESCRIPTORS):
        if at < 0:
            break
        for form in _DESCRIPTORS:
            if at + 4 + form.size <= len(data):
                crc, packed, size = form.unpack_from(data, at + 4)
                if packed == at - begin:
                    flags = entry.flags & ~_SIZES_AFTERWARDS
                    return replace(entry, flags=flags, crc=crc, packed=packed, size=size)
        at = data.find(_DESCRIPTOR_SIGNATURE, at + 1)
    return entry
