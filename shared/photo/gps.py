"""Place and time that a satellite receiver wrote into EXIF's GPS directory. Nothing in here raises."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from PIL import ExifTags

from shared.photo.exif import text

_ACTIVE, _VOID = "A", "V"  # of GPSStatus
_FIRST_YEAR, _LAST_YEAR = 1994, 2199  # of full service; a receiver that found no satellite yet says 1980
_LATITUDE = (ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "NS", 90.0)
_LONGITUDE = (ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "EW", 180.0)


def position(tags: Mapping[int, Any]) -> tuple[float, float] | None:
    """(latitude, longitude) in degrees, north and east positive; None unless both make sense.

    0, 0 is what cameras write that have no fix: it is a place only where the status says that there was one.
    """
    status = _status(tags)
    latitude, longitude = _degrees(tags, *_LATITUDE), _degrees(tags, *_LONGITUDE)
    if status == _VOID or latitude is None or longitude is None:
        return None
    if latitude == longitude == 0 and status != _ACTIVE:
        return None
    return latitude, longitude


def moment(tags: Mapping[int, Any]) -> datetime | None:
    """UTC, without a zone."""
    hours, minutes, seconds = (_number(part) for part in _three(tags.get(ExifTags.GPS.GPSTimeStamp)))
    if _status(tags) == _VOID or hours is None or minutes is None:
        return None
    try:
        day = datetime.strptime(text(tags.get(ExifTags.GPS.GPSDateStamp)).replace("-", ":"), "%Y:%m:%d")
    except ValueError:
        return None
    if not (_FIRST_YEAR <= day.year <= _LAST_YEAR and hours < 24 and minutes < 60):
        return None
    past = timedelta(hours=hours, minutes=minutes, seconds=min(seconds or 0.0, 59.999999))
    return day + timedelta(
        milliseconds=round(past / timedelta(milliseconds=1))
    )  # fractions are of odd divisors


def _status(tags: Mapping[int, Any]) -> str:
    return text(tags.get(ExifTags.GPS.GPSStatus)).upper()[:1]


def _degrees(
    tags: Mapping[int, Any], value_tag: int, ref_tag: int, letters: str, limit: float
) -> float | None:
    """Minutes and seconds may be missing or broken, as far as the rest still tells the place to a minute."""
    ref = text(tags.get(ref_tag)).upper()[:1]
    parts = _three(tags.get(value_tag))
    degrees, minutes, seconds = _number(parts[0], -limit, limit), _number(parts[1]), _number(parts[2])
    if degrees is None or (minutes is None and degrees.is_integer()):
        return None
    value = abs(degrees) + (minutes or 0.0) / 60 + (seconds or 0.0) / 3600
    # A sign is not EXIF's, but says the same as the letter; where they differ one of them is wrong.
    if not ref or ref not in letters or value > limit or (degrees < 0 and ref != letters[1]):
        return None
    return round(value if ref == letters[0] else -value, 7)  # 7 decimals are a centimetre


def _three(value: object) -> tuple[object, object, object]:
    """EXIF's three numbers, as many of them as there are."""
    parts = value if isinstance(value, tuple) else (value,)
    first, second, third, *_ = (*parts, None, None, None)
    return first, second, third


def _number(part: Any, least: float = 0.0, most: float = 60.0) -> float | None:
    if isinstance(part, str | bytes):
        return None
    try:
        value = float(part)
    except (TypeError, ValueError, ArithmeticError):
        return None
    return value if math.isfinite(value) and least <= value <= most else None
