"""Time, place and orientation from EXIF. Cameras write nonsense, so nothing in here raises."""

import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from PIL import ExifTags, Image, TiffImagePlugin

_FIRST_YEAR, _LAST_YEAR = 1826, 2199  # the first photograph; a camera clock beyond this was never set
_TIME_FORMAT = "%Y:%m:%d %H:%M:%S"
_MAX_OFFSET = timedelta(hours=14)  # the widest time zone there is


def read(image: Image.Image) -> Image.Exif:
    """The EXIF of an opened image as far as it is read; empty where it is absent or broken.

    Not `image.getexif()`: that of a PNG decodes the whole picture to look for a block at its end, and
    then keeps what it found first. A TIFF is its own EXIF.
    """
    exif = Image.Exif()
    try:
        if isinstance(image, TiffImagePlugin.TiffImageFile):
            return image.getexif()
        exif.load(image.info.get("exif") or b"")
    except Exception:  # Pillow raises what the bytes provoke; a broken block is no block
        exif.clear()
    return exif


def orientation(exif: Image.Exif) -> int:
    """1 to 8 as EXIF counts them; 1, upright, where there is none or no such number."""
    value = exif.get(ExifTags.Base.Orientation)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def taken_at(exif: Image.Exif) -> datetime | None:
    """DateTimeOriginal in UTC; without OffsetTimeOriginal the camera's clock is taken as UTC."""
    tags = _directory(exif, ExifTags.IFD.Exif)
    moment = _clock(tags.get(ExifTags.Base.DateTimeOriginal))
    if moment is None:
        return None
    return moment.replace(tzinfo=_offset(tags.get(ExifTags.Base.OffsetTimeOriginal))).astimezone(UTC)


def position(exif: Image.Exif) -> tuple[float, float] | None:
    """(latitude, longitude) in degrees, north and east positive; None unless both make sense."""
    tags = _directory(exif, ExifTags.IFD.GPSInfo)
    latitude = _degrees(tags, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "NS", 90.0)
    longitude = _degrees(tags, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "EW", 180.0)
    return None if latitude is None or longitude is None else (latitude, longitude)


def _directory(exif: Image.Exif, tag: ExifTags.IFD) -> dict[int, Any]:
    try:
        return exif.get_ifd(tag)
    except Exception:  # as in read(): offsets may point anywhere
        return {}


def _clock(value: object) -> datetime | None:
    try:
        moment = datetime.strptime(_text(value), _TIME_FORMAT)
    except ValueError:
        return None
    return moment if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def _offset(value: object) -> timezone:
    try:
        offset = datetime.strptime(_text(value), "%z").utcoffset()
    except ValueError:
        return UTC
    return timezone(offset) if offset is not None and abs(offset) <= _MAX_OFFSET else UTC


def _degrees(tags: dict[int, Any], value_tag: int, ref_tag: int, letters: str, limit: float) -> float | None:
    ref = _text(tags.get(ref_tag)).upper()
    if len(ref) != 1 or ref not in letters:
        return None
    try:
        degrees, minutes, seconds = (float(part) for part in tags[value_tag])
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value) or not 0 <= value <= limit:
        return None
    return round(value if ref == letters[0] else -value, 7)  # 7 decimals are a centimetre


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("ascii", errors="replace")
    return value.strip("\x00 ") if isinstance(value, str) else ""
