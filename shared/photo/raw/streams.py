"""JPEG streams inside of other files, found by their markers wherever a maker has put them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_START = b"\xff\xd8\xff"
_FRAMES = frozenset((0xC0, 0xC1, 0xC2))  # baseline, extended, progressive; a sensor's data are lossless, C3
_OTHER_FRAMES = frozenset(range(0xC3, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN, _END = 0xDA, 0xD9
_FIRST_SEGMENT, _WITHOUT_LENGTH = 0xC0, frozenset(range(0xD0, 0xDA))
_COLOURS = 3  # a stream of one colour is a mask or a depth map
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # what interrupts a scan: neither stuffing nor a restart

# So that bytes made for the purpose cost no more than a photo. Real files have a start for each tile of the
# sensor's data, and a dozen segments.
_MAX_STARTS, _MAX_SEGMENTS = 4_000, 64


@dataclass(frozen=True, slots=True)
class JpegStream:
    """Where it starts; its size in pixels as it is stored."""

    start: int
    width: int
    height: int

    @property
    def pixels(self) -> int:
        return self.width * self.height


def jpeg_streams(data: bytes) -> Iterator[JpegStream]:
    """Those of 8-bit colour, in the order of the file, thumbnails inside of others too."""
    start = data.find(_START)
    for _ in range(_MAX_STARTS):
        if start < 0:
            return
        if stream := _stream_at(data, start):
            yield stream
        start = data.find(_START, start + 2)


def segments(data: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """(marker, first byte of its content, first byte after it) of a stream up to the header of its scan."""
    at = start + 2
    for _ in range(_MAX_SEGMENTS):
        while data[at : at + 2] == b"\xff\xff":  # padding
            at += 1
        if at + 4 > len(data) or data[at] != 0xFF:
            return
        marker, end = data[at + 1], at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker < _FIRST_SEGMENT or marker in _WITHOUT_LENGTH:
            return
        yield marker, at + 4, end
        if marker == _SCAN:
            return
        at = end


def end_of(data: bytes, stream: JpegStream) -> int | None:
    """The first byte after the stream; None if it does not end, because the file was cut."""
    at = max((end for _, _, end in segments(data, stream.start)), default=len(data))
    for _ in range(_MAX_SEGMENTS):
        found = _MARKER.search(data, at)
        if found is None:
            return None
        marker = data[found.start() + 1]
        if marker == _END:
            return found.end()
        at = found.end() + int.from_bytes(data[found.end() : found.end() + 2], "big")
    return None


def _stream_at(data: bytes, start: int) -> JpegStream | None:
    for marker, at, end in segments(data, start):
        if marker in _FRAMES:
            bits, height, width, colours = data[at], *_pair(data[at + 1 : at + 5]), data[at + 5]
            fit = bits == 8 and colours == _COLOURS and height and width and end <= len(data)
            return JpegStream(start, width, height) if fit else None
        if marker in _OTHER_FRAMES:
            return None
    return None


def _pair(four: bytes) -> tuple[int, int]:
    return int.from_bytes(four[:2], "big"), int.from_bytes(four[2:], "big")
