"""The XMP packet of a JPEG file: one APP1 segment, beside which every byte stays as it is."""

from dataclasses import dataclass
from typing import Final

from shared.xmp.tree import UnreadableXmpError

XMP: Final = b"http://ns.adobe.com/xap/1.0/\0"
_SOI, _SOS, _APP0, _APP1, _APP2 = 0xD8, 0xDA, 0xE0, 0xE1, 0xE2
_EXIF, _MULTI_PICTURE = b"Exif\0", b"MPF\0"
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))  # markers without a length
MOST = 0xFFFF - 2 - len(XMP)  # bytes of a packet in one segment


@dataclass(frozen=True, slots=True)
class _Segment:
    marker: int
    start: int
    end: int


def is_jpeg(data: bytes) -> bool:
    return data.startswith(b"\xff\xd8\xff")


def packet_of(data: bytes) -> bytes | None:
    """None where there is none. Raises `UnreadableXmpError` for what is no JPEG."""
    found = _xmp_segment(data, _segments(data))
    return None if found is None else data[found.start + 4 + len(XMP) : found.end]


def with_packet(data: bytes, packet: bytes) -> bytes:
    """The file with this packet in the place of its own, or behind its Exif. Raises `UnreadableXmpError`."""
    packet = packet if len(packet) <= MOST else _without_padding(packet)
    if len(packet) > MOST:
        raise UnreadableXmpError("there is no room in it for more keywords")
    segments = _segments(data)
    old = _xmp_segment(data, segments)
    at = _behind_exif(data, segments) if old is None else old.start
    end = at if old is None else old.end
    segment = b"\xff\xe1" + (2 + len(XMP) + len(packet)).to_bytes(2) + XMP + packet
    if len(segment) != end - at and _pictures_behind(data, segments, at):
        raise UnreadableXmpError("more pictures are behind its XMP, which would no longer be found")
    return data[:at] + segment + data[end:]


def _segments(data: bytes) -> list[_Segment]:
    """Those before the picture itself."""
    if not is_jpeg(data):
        raise UnreadableXmpError("it is no JPEG")
    found: list[_Segment] = []
    at = 2
    while True:
        while data[at : at + 2] == b"\xff\xff":
            at += 1
        if len(data) < at + 4 or data[at] != 0xFF:
            raise UnreadableXmpError("its JPEG is broken")
        marker = data[at + 1]
        if marker == _SOS:
            return found
        end = at + 2 + (0 if marker in _ALONE else int.from_bytes(data[at + 2 : at + 4]))
        if end > len(data):
            raise UnreadableXmpError("its JPEG is broken")
        found.append(_Segment(marker, at, end))
        at = end


def _xmp_segment(data: bytes, segments: list[_Segment]) -> _Segment | None:
    return next((one for one in segments if _begins(data, one, _APP1, XMP)), None)


def _behind_exif(data: bytes, segments: list[_Segment]) -> int:
    at = 2
    for one in segments:
        if one.marker != _APP0 and not _begins(data, one, _APP1, _EXIF):
            break
        at = one.end
    return at


def _pictures_behind(data: bytes, segments: list[_Segment], at: int) -> bool:
    """Whether a list of further pictures stands before `at`: it says how far behind it they are."""
    return any(one.start < at and _begins(data, one, _APP2, _MULTI_PICTURE) for one in segments)


def _begins(data: bytes, segment: _Segment, marker: int, text: bytes) -> bool:
    return segment.marker == marker and data.startswith(text, segment.start + 4)


def _without_padding(packet: bytes) -> bytes:
    """Room that was left for whoever writes into the file in place."""
    body, end, rest = packet.rpartition(b"<?xpacket end")
    return body.rstrip(b" \t\r\n") + b"\n" + end + rest if end else packet
