"""The directories (IFDs) of a TIFF, which most raw files are. Offsets may point anywhere: nothing raises."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

SUB_DIRECTORIES, EXIF_DIRECTORY, GPS_DIRECTORY = 330, 34665, 34853
BYTE, ASCII, SHORT, LONG = 1, 2, 3, 4
SIZES = {BYTE: 1, ASCII: 1, SHORT: 2, LONG: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
"""Bytes of one value of each type; 5 and 10 are fractions, 13 is an offset."""

_ORDERS = {b"II": "<", b"MM": ">"}
_ENTRY_BYTES = 12
_MAX_DIRECTORIES, _MAX_ENTRIES = 64, 1000  # real files have ten, of a hundred
_MAX_VALUE_BYTES = 64 * 1024  # more are pixels or maker notes


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag's value as it is written; `type` as TIFF counts types."""

    type: int
    count: int
    value: bytes
    order: str

    @property
    def numbers(self) -> tuple[int, ...]:
        """Of whole numbers; of other types none."""
        letter = {BYTE: "B", SHORT: "H", LONG: "I", 13: "I"}.get(self.type)
        return () if letter is None else struct.unpack(f"{self.order}{self.count}{letter}", self.value)

    @property
    def number(self) -> int | None:
        return self.numbers[0] if self.count and self.numbers else None

    @property
    def text(self) -> str:
        return self.value.decode("ascii", "replace").strip("\0 ") if self.type == ASCII else ""


Directory = dict[int, Entry]


def directories(data: bytes) -> Iterator[Directory]:
    """The first directory and those that follow it, each before its sub-directories; once each."""
    order = byte_order(data)
    if order is None:
        return
    waiting, seen = [int.from_bytes(data[4:8], _name(order))], set[int]()
    while waiting and len(seen) < _MAX_DIRECTORIES:
        offset = waiting.pop(0)
        if offset in seen or not 8 <= offset < len(data):
            continue
        seen.add(offset)
        entries, following = _read(data, offset, order)
        yield entries
        below = entries.get(SUB_DIRECTORIES)
        waiting += [*(below.numbers if below else ()), following]


def first_directory(data: bytes) -> Directory:
    return next(directories(data), {})


def pointed_to(data: bytes, entries: Directory, tag: int) -> Directory:
    """The directory that stands where the number of `tag` says."""
    order, entry = byte_order(data), entries.get(tag)
    offset = None if entry is None else entry.number
    return {} if order is None or offset is None else _read(data, offset, order)[0]


def byte_order(data: bytes) -> str | None:
    """As `struct` writes it; what follows it in the header differs from maker to maker."""
    return _ORDERS.get(data[:2])


def _read(data: bytes, offset: int, order: str) -> tuple[Directory, int]:
    """The entries, and where the next directory is; 0 for nowhere."""
    count = int.from_bytes(data[offset : offset + 2], _name(order))
    end = offset + 2 + count * _ENTRY_BYTES
    if count > _MAX_ENTRIES or end > len(data):
        return {}, 0
    entries = {}
    for start in range(offset + 2, end, _ENTRY_BYTES):
        tag, kind, values = struct.unpack_from(f"{order}HHI", data, start)
        size = SIZES.get(kind, 0) * values
        at = start + 8 if size <= 4 else int.from_bytes(data[start + 8 : start + 12], _name(order))
        if 0 < size <= _MAX_VALUE_BYTES and at + size <= len(data):
            entries[tag] = Entry(kind, values, data[at : at + size], order)
    return entries, int.from_bytes(data[end : end + 4], _name(order))


def _name(order: str) -> Literal["little", "big"]:
    return "little" if order == "<" else "big"
