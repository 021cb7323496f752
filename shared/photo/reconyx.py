"""The clock in the MakerNotes of Reconyx trail cameras, some of which write it nowhere else.

Nothing in here raises. Bushnell's notes are empty: its cameras write EXIF's own dates.
Layouts: Reconyx's documents, as the tables of exiftool and metadata-extractor give them.
"""

import struct
from contextlib import suppress
from datetime import datetime

_FIRMWARES = (b"\x02\x00", b"\x03\x00")  # of HyperFire, whose notes begin with no name
_WORDS, _SWAPPED_WORDS, _BYTES = struct.Struct("<6H"), struct.Struct(">6H"), struct.Struct("<5BH")
_WORD = struct.Struct("<H")


def clock_of(note: object, make: str) -> datetime | None:
    """Local time, without a zone; None where it is no note of Reconyx's, or its date makes no sense."""
    if not isinstance(note, bytes):
        return None
    for start, read in _LAYOUTS.items():
        if note.startswith(start):
            with suppress(struct.error, ValueError):  # too short; no date
                return read(note, make)
    return None


def _hyperfire(note: bytes, make: str) -> datetime | None:
    """Some write these words, and these alone, with their bytes swapped: the year then is no year."""
    if make.upper() != "RECONYX" and note[2:4] not in _FIRMWARES:
        return None
    with suppress(ValueError):
        return _month_first(*_WORDS.unpack_from(note, 0x16))
    return _month_first(*_SWAPPED_WORDS.unpack_from(note, 0x16))


def _ultrafire(note: bytes, _: str) -> datetime:
    return _day_first(*_BYTES.unpack_from(note, 0x3B))


def _hyperfire_2(note: bytes, _: str) -> datetime | None:
    """The tables disagree whether the day or the month comes first; the weekday behind them tells."""
    words, (weekday,) = _WORDS.unpack_from(note, 0x3E), _WORD.unpack_from(note, 0x4A)
    for reading in (_day_first, _month_first):
        with suppress(ValueError):
            moment = reading(*words)
            if moment.isoweekday() % 7 == weekday:  # 0 is Sunday
                return moment
    return None


def _microfire(note: bytes, _: str) -> datetime:
    return _month_first(*_WORDS.unpack_from(note, 0x4E))


def _hyperfire_4k(note: bytes, _: str) -> datetime:
    return _day_first(*_BYTES.unpack_from(note, 0x2F))


_LAYOUTS = {
    b"\x01\xf1": _hyperfire,
    b"RECONYXUF\0": _ultrafire,
    b"RECONYXH2\0": _hyperfire_2,
    b"RECONYXMF\0": _microfire,
    b"RECONYXHF4K\0": _hyperfire_4k,
}


def _day_first(second: int, minute: int, hour: int, day: int, month: int, year: int) -> datetime:
    if not 2000 <= year < 2200:  # there were no such cameras
        raise ValueError
    return datetime(year, month, day, hour, minute, second)


def _month_first(second: int, minute: int, hour: int, month: int, day: int, year: int) -> datetime:
    return _day_first(second, minute, hour, day, month, year)
