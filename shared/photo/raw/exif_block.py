"""A small EXIF block with what a raw file says of its photo, fit for the JPEG that was taken out of it."""

import struct
from collections.abc import Set
from dataclasses import replace

from shared.photo.raw import boxes
from shared.photo.raw.tiff import (
    EXIF_DIRECTORY,
    GPS_DIRECTORY,
    LONG,
    SHORT,
    Directory,
    Entry,
    byte_order,
    first_directory,
    pointed_to,
)

ORIENTATION, DATE_TAKEN = 274, 36867
HEADER = b"Exif\0\0"
_HEAD_BYTES, _ENTRY_BYTES = 8, 13  # an entry's value may be padded by a byte
_MAX_BYTES = 65_000  # of a segment of a JPEG
_ABOUT_THE_PHOTO = frozenset((270, 271, 272, ORIENTATION, 306, 315, 33432))
"""Description, maker, model, orientation, time of the last change, artist, copyright. What else stands in the
first directory describes how the raw file's pixels are stored."""
_NOT_COPIED = frozenset((37500, 40965))  # maker notes, interoperability: offsets into the file they are from
_MAX_VALUE_BYTES = 1024


def exif_of(data: bytes) -> bytes | None:
    """The block of a raw file, with its header; None where nothing is known outside of its JPEGs."""
    tiff = data if byte_order(data) else boxes.tiff_of_minolta(data)
    if tiff is not None:
        first = first_directory(tiff)
        below = pointed_to(tiff, first, EXIF_DIRECTORY), pointed_to(tiff, first, GPS_DIRECTORY)
    else:
        tiff, exif, position = boxes.tiffs_of_canon(data)
        first, below = first_directory(tiff), (first_directory(exif), first_directory(position))
    order = byte_order(tiff)
    return HEADER + _written(order, first, *below) if order and first else None


def orientation_of(exif: bytes) -> int | None:
    """What a block with its header says, None if nothing."""
    entry = first_directory(exif[len(HEADER) :]).get(ORIENTATION) if exif.startswith(HEADER) else None
    return entry.number if entry else None


def turned(exif: bytes, orientation: int) -> bytes:
    """The same block with another orientation."""
    block = exif[len(HEADER) :]
    first = first_directory(block)
    order = byte_order(block) or "<"
    first[ORIENTATION] = Entry(SHORT, 1, struct.pack(f"{order}H", orientation), order)
    parts = pointed_to(block, first, EXIF_DIRECTORY), pointed_to(block, first, GPS_DIRECTORY)
    return HEADER + _written(order, first, *parts)


def _written(order: str, first: Directory, exif: Directory, gps: Directory) -> bytes:
    if DATE_TAKEN in first:  # TIFF/EP's place for it, which some makers take instead of EXIF's
        exif = {DATE_TAKEN: first[DATE_TAKEN]} | exif
    first = _small(first, _ABOUT_THE_PHOTO.intersection(first))
    exif = _small(exif, exif.keys() - _NOT_COPIED)
    gps = _small(gps, gps.keys())
    for tag, entries in ((EXIF_DIRECTORY, exif), (GPS_DIRECTORY, gps)):
        if entries:
            first[tag] = Entry(LONG, 1, bytes(4), order)  # its place is known once the first one's size is
    at = _HEAD_BYTES + _size(first)
    for tag, entries in ((EXIF_DIRECTORY, exif), (GPS_DIRECTORY, gps)):
        if entries:
            first[tag] = replace(first[tag], value=struct.pack(f"{order}I", at))
            at += _size(entries)
    block = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, _HEAD_BYTES)
    for entries in (first, exif, gps):
        block += _directory(entries, len(block), order) if entries else b""
    return block


def _small(entries: Directory, tags: Set[int]) -> Directory:
    """Of those `tags` what fits, so that the block fits into a segment of a JPEG."""
    most = min(_MAX_VALUE_BYTES, _MAX_BYTES // 3 // max(1, len(entries)) - _ENTRY_BYTES)
    return {tag: entries[tag] for tag in tags if len(entries[tag].value) <= most}


def _directory(entries: Directory, at: int, order: str) -> bytes:
    """As it stands at byte `at`, followed by those of its values that do not fit into their entries."""
    table, values = struct.pack(f"{order}H", len(entries)), b""
    values_at = at + 2 + 12 * len(entries) + 4
    for tag, entry in sorted(entries.items()):
        table += struct.pack(f"{order}HHI", tag, entry.type, entry.count)
        if len(entry.value) <= 4:
            table += entry.value.ljust(4, b"\0")
        else:
            table += struct.pack(f"{order}I", values_at + len(values))
            values += entry.value + bytes(len(entry.value) % 2)
    return table + bytes(4) + values


def _size(entries: Directory) -> int:
    return len(_directory(entries, 0, "<"))
