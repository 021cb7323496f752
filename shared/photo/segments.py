"""Whether a JPEG's metadata is in as many pieces as a camera may write; cheap, and before they are read.

Pillow joins the pieces of EXIF one by one, in time that grows with the square of their number, and passes
over what is between pieces byte by byte: four megabytes of either take half a minute.
"""

from typing import Final

from shared.errors import BirdsError, Code

MOST: Final = 2000  # a colour profile has up to 255, a depth map or an extended XMP some hundred
MOST_EXIF: Final = 64  # one holds 64 kB; some writers go on in a second and third
MOST_BETWEEN: Final = 64 * 1024  # bytes between pieces, in all; there should be none, and some pad

_ALONE = frozenset((0x00, 0x01, *range(0xD0, 0xDA)))  # markers without a length
_SCAN = 0xDA  # then the picture begins
_EXIF = 0xE1, b"Exif\0\0"


def check_segments(data: bytes) -> None:
    """Of a JPEG. What else is wrong with it, its decoder finds out. Raises `corrupt-image`."""
    at, between, count, of_exif = 2, 0, 0, 0
    while (marker := _marker(data, at)) is not None:
        place, code = marker
        between += place - at
        count += 1
        marker_exif, begin = _EXIF
        of_exif += code == marker_exif and data.startswith(begin, place + 4)
        if between > MOST_BETWEEN or count > MOST or of_exif > MOST_EXIF:
            raise BirdsError(Code.CORRUPT_IMAGE, "Its metadata is in more pieces than any camera writes.")
        if code == _SCAN:
            return
        at = place + 2
        if code not in _ALONE:
            at += int.from_bytes(data[at : at + 2], "big")
    if len(data) - at > MOST_BETWEEN:
        raise BirdsError(Code.CORRUPT_IMAGE, "There is no picture behind its metadata.")


def _marker(data: bytes, at: int) -> tuple[int, int] | None:
    """(place, code) of the next one; None where there is none."""
    place = data.find(b"\xff", at)
    while place >= 0 and place - at <= MOST_BETWEEN and data[place + 1 : place + 2] == b"\xff":
        place += 1  # any number of them may stand before a marker
    return (place, data[place + 1]) if 0 <= place < len(data) - 1 else None
