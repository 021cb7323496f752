"""Where raw files that are no TIFF keep the TIFFs with what they know of the photo."""

from collections.abc import Iterator

_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_CANON_TIFFS = (b"CMT1", b"CMT2", b"CMT4")  # the first directory, EXIF's, the position; 3 is the maker's own
_MINOLTA, _MINOLTA_TIFF = b"\0MRM", b"\0TTW"
_MAX_BOXES = 1000


def tiffs_of_canon(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Of a CR3: first directory, EXIF's and the position's, each a TIFF of its own; empty where absent."""
    found: dict[bytes, bytes] = {}
    for kind, movie in _boxes(data, 0, len(data)):
        if kind == b"moov":
            for inner, place in _boxes(data, *movie):
                if inner == b"uuid" and data[place[0] : place[0] + 16] == _CANON:
                    found |= {name: data[a:b] for name, (a, b) in _boxes(data, place[0] + 16, place[1])}
    first, exif, position = (found.get(name, b"") for name in _CANON_TIFFS)
    return first, exif, position


def tiff_of_minolta(data: bytes) -> bytes | None:
    """Of an MRW, whose blocks have a name and a length."""
    if not data.startswith(_MINOLTA):
        return None
    at = data.find(_MINOLTA_TIFF, 8, 8 + int.from_bytes(data[4:8], "big"))
    return None if at < 0 else data[at + 8 : at + 8 + int.from_bytes(data[at + 4 : at + 8], "big")]


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """(type, (start, end) of the content) of ISO base media boxes that follow each other."""
    for _ in range(_MAX_BOXES):
        size, kind, head = int.from_bytes(data[start : start + 4], "big"), data[start + 4 : start + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[start + 8 : start + 16], "big"), 16
        if start + head > end or size < head:
            return
        yield kind, (start + head, min(start + size, end))
        start += size
