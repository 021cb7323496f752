"""The dates in an XMP packet. Nothing in here raises; a stranger's packet is not parsed as XML."""

import re

# Most trusted first; a packet has them as attributes or as elements.
_PROPERTIES = (
    b"exif:DateTimeOriginal",
    b"photoshop:DateCreated",
    b"xmp:CreateDate",
    b"exif:DateTimeDigitized",
)
_PATTERNS = tuple(
    re.compile(name + rb"\s*(?:=\s*[\"']|>)\s*([0-9][0-9T:.,+\-Z ]{9,40})") for name in _PROPERTIES
)


def dates(packet: object) -> list[str]:
    """The dates in a packet as they are written."""
    if not isinstance(packet, bytes):
        return []
    found = (pattern.search(packet) for pattern in _PATTERNS)
    return [match[1].decode("ascii").strip() for match in found if match]
