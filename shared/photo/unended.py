"""Files that lack only their end marker, or have something else in its place: every viewer shows them whole.

Cameras that lose power leave JPEGs without EOI, some phones put a trailer where it belongs; PNGs lose IEND.
"""

import re
import struct
import zlib
from dataclasses import dataclass, field
from random import Random
from typing import Final

from shared.photo import sniff

_EOI, _SOS = b"\xff\xd9", 0xDA
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = frozenset((0xC2, 0xC6, 0xCA, 0xCE))
_SEGMENTS = frozenset(range(0xC0, 0xFF)) - frozenset(range(0xD0, 0xDA))  # markers that a length follows
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # but restarts, which stand within a scan's data
_COEFFICIENTS = 64  # of a block
_PADDING: Final = 16  # zeros in a row, which no scan ends with
_NOISES: Final = 3
_NOISE_BYTES: Final = 512  # between two restart markers; a block takes tens of them

_IEND = struct.pack("!I", 0) + b"IEND" + struct.pack("!I", zlib.crc32(b"IEND"))


def ended(data: bytes, kind: str | None) -> bytes | None:
    """The file with an end marker behind all data of the picture that is there; None where it needs none.

    Whether all data is there is not known by that: see `with_noise`.
    """
    if kind == sniff.JPEG:
        body = _jpeg_without_end(data)
        return None if body is None else body + _EOI
    return _png_with_end(data) if kind == sniff.PNG else None


def is_padded(data: bytes, kind: str | None) -> bool:
    """Whether zeros stand in place of the end, which a decoder takes for the rest of the picture."""
    return kind == sniff.JPEG and data.endswith(bytes(_PADDING)) and _jpeg_without_end(data) is not None


def with_noise(data: bytes, kind: str | None) -> list[bytes]:
    """Variants of an `ended` file with more data before its end; none where a decoder says what is missing.

    A picture that lacks some takes it for its own and looks different, one that has all does not see it.
    """
    if kind != sniff.JPEG:
        return []
    body = data[: -len(_EOI)]
    *_, last = (None, *_RESTART.finditer(body))
    due = 0 if last is None else last[0][1] + 1
    return [body + _noise(seed, due) + _EOI for seed in range(_NOISES)]


def _noise(seed: int, due: int) -> bytes:
    """Scan data with restart markers in it, from the one that is `due`: a decoder may be waiting for that."""
    dice = Random(seed)
    markers = (bytes((0xFF, 0xD0 + (due + step) % 8)) for step in range(8))
    parts = (dice.randbytes(_NOISE_BYTES).replace(b"\xff", b"\xfe") + marker for marker in markers)
    return b"".join(parts) + dice.randbytes(_NOISE_BYTES).replace(b"\xff", b"\xfe")


@dataclass
class _Scans:
    """What the scans of a JPEG have brought of its coefficients; a progressive one needs several."""

    components: set[int] = field(default_factory=set)
    progressive: bool = False
    exact: set[tuple[int, int]] = field(default_factory=set)
    """(component, coefficient) that came to its last bit."""

    def frame(self, marker: int, segment: bytes) -> None:
        self.components = set(segment[6::3])
        self.progressive = marker in _PROGRESSIVE

    def scan(self, segment: bytes) -> None:
        count = segment[0]
        start, end, approximation = segment[1 + 2 * count : 4 + 2 * count]
        if not self.progressive:  # some cameras leave these three at nought
            start, end, approximation = 0, _COEFFICIENTS - 1, 0
        if approximation & 0x0F == 0:
            self.exact |= {
                (one, place) for one in segment[1 : 1 + 2 * count : 2] for place in range(start, end + 1)
            }

    def are_all(self) -> bool:
        wanted = {(one, place) for one in self.components for place in range(_COEFFICIENTS)}
        return bool(wanted) and wanted <= self.exact


def _jpeg_without_end(data: bytes) -> bytes | None:
    """Up to the end of the last scan's data; None where an end follows, or further scans are missing."""
    scans, place = _Scans(), 2
    while place + 4 <= len(data):
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        segment, after = data[place + 4 : place + 2 + length], place + 2 + length
        if data[place] != 0xFF or marker not in _SEGMENTS or length < 2 or after > len(data):
            return None
        place = after
        if marker in _FRAMES:
            scans.frame(marker, segment)
        if marker == _SOS:
            try:
                scans.scan(segment)
            except (ValueError, IndexError):  # too short
                return None
            found = _MARKER.search(data, after)
            place = len(data) if found is None else found.start()
            if scans.are_all():
                has_end = found is not None and found[0].endswith(_EOI)
                return None if has_end else _without_padding(data[:place])
    return None


def _without_padding(data: bytes) -> bytes:
    """Without what a card holds where a file was never written; zeros would pass for data of the scan."""
    filled = data.rstrip(b"\xff")
    written = filled.rstrip(b"\0")
    return written if len(filled) - len(written) >= _PADDING else filled


def _png_with_end(data: bytes) -> bytes | None:
    """All image data that is there, and the end; a missing checksum is that of the bytes that are there."""
    place, last = len(b"\x89PNG\r\n\x1a\n"), b""
    while place + 8 <= len(data):
        length, name = struct.unpack_from("!I4s", data, place)
        if last == b"IDAT" and name != b"IDAT":
            return data[:place] + _IEND
        if place + 12 + length > len(data):
            break
        place, last = place + 12 + length, name
    rest = data[place + 8 :]
    if data[place + 4 : place + 8] != b"IDAT" or not rest:
        return data[:place] + _IEND if last == b"IDAT" else None
    rest = rest[: int.from_bytes(data[place : place + 4], "big")]
    checksum = zlib.crc32(rest, zlib.crc32(b"IDAT"))
    return data[:place] + struct.pack("!I", len(rest)) + b"IDAT" + rest + struct.pack("!I", checksum) + _IEND
