"""The largest JPEG in a camera raw file, with the raw's own EXIF: what the camera showed of the photo."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.photo.raw.exif_block import HEADER, exif_of, orientation_of, turned
from shared.photo.raw.streams import JpegStream, end_of, jpeg_streams, segments
from shared.photo.raw.tiff import directories

GOOD_SIDE = 480  # pixels of the shorter side: twice what a model looks at
_TILES, _STRIPS = 324, 273
_APP1 = 0xE1
_START = b"\xff\xd8"


@dataclass(frozen=True, slots=True)
class Preview:
    """A JPEG file; its size in pixels as it is stored."""

    jpeg: bytes
    width: int
    height: int

    @property
    def good(self) -> bool:
        """Whether nothing better is needed."""
        return min(self.width, self.height) >= GOOD_SIDE


def preview(data: bytes) -> Preview | None:
    """The largest, or None where the raw holds none; the same bytes whoever asks.

    Its EXIF is the raw's, without maker notes; its orientation is its own where it has one, since cameras
    that turn the preview say so in it. Raises EOFError where the file ends before its preview does.
    """
    streams = list(jpeg_streams(data))
    pieces = _pieces_of_pictures(data)
    stream = max(
        (one for one in streams if one.start not in pieces), key=lambda one: one.pixels, default=None
    )
    if stream is None:
        return None
    end = end_of(data, stream)
    if end is None:
        raise EOFError("the file is truncated inside of its preview")
    exif = _exif(data, stream, streams)
    rest = _without_exif(data, stream, end)
    jpeg = _START + (_segment(exif) if exif else b"") + rest
    return Preview(jpeg, stream.width, stream.height)


def _pieces_of_pictures(data: bytes) -> set[int]:
    """Where tiles and strips begin of which there are several: each a JPEG maybe, none the whole photo."""
    pieces: set[int] = set()
    for entries in directories(data):
        for tag in (_TILES, _STRIPS):
            if tag in entries and len(starts := entries[tag].numbers) > 1:
                pieces.update(starts)
    return pieces


def _exif(data: bytes, stream: JpegStream, streams: Sequence[JpegStream]) -> bytes | None:
    """The raw's; where it has none outside of its JPEGs, that of this one or of the first that has any."""
    own = _own_exif(data, stream)
    exif = exif_of(data)
    if exif is None:
        return own or next(filter(None, (_own_exif(data, other) for other in streams)), None)
    orientation = None if own is None else orientation_of(own)
    return exif if orientation is None else turned(exif, orientation)


def _own_exif(data: bytes, stream: JpegStream) -> bytes | None:
    place = _place_of_exif(data, stream)
    return None if place is None else data[place[0] + 4 : place[1]]


def _without_exif(data: bytes, stream: JpegStream, end: int) -> bytes:
    """All of the stream after its first marker."""
    after_start = stream.start + len(_START)
    start, after = _place_of_exif(data, stream) or (after_start, after_start)
    return data[after_start:start] + data[after:end]


def _place_of_exif(data: bytes, stream: JpegStream) -> tuple[int, int] | None:
    """The first byte of the segment that holds it, and the first byte after."""
    for marker, at, after in segments(data, stream.start):
        if marker == _APP1 and data[at : at + len(HEADER)] == HEADER:
            return at - 4, after
    return None


def _segment(exif: bytes) -> bytes:
    return b"\xff" + bytes((_APP1,)) + (len(exif) + 2).to_bytes(2, "big") + exif
