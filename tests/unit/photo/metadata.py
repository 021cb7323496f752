"""EXIF blocks as cameras write them."""

from typing import Any

from PIL import ExifTags, Image

ATHENS = {1: "N", 2: (37.0, 58.0, 30.0), 3: "E", 4: (23.0, 43.0, 12.0)}


def tags(
    *,
    taken: Any = None,
    offset: Any = None,
    gps: dict[int, Any] | None = None,
    top: dict[int, Any] | None = None,
    details: dict[int, Any] | None = None,
) -> Image.Exif:
    """`top` and `details`: of the first directory and of EXIF's own, by tag."""
    block = Image.Exif()
    block[ExifTags.Base.Make] = "a camera"
    for tag, value in (top or {}).items():
        block[tag] = value
    directory = block.get_ifd(ExifTags.IFD.Exif)
    if taken is not None:
        directory[ExifTags.Base.DateTimeOriginal] = taken
    if offset is not None:
        directory[ExifTags.Base.OffsetTimeOriginal] = offset
    directory.update(details or {})
    block.get_ifd(ExifTags.IFD.GPSInfo).update(gps or {})
    return block
