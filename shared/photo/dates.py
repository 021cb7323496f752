"""Looks for the time of a photo in all its metadata (EXIF, GPS, XMP, MakerNote), the most trusted first."""

from collections.abc import Iterator, Mapping
from typing import Any

from PIL import ExifTags, Image

from shared.photo import exif, gps, reconyx, xmp
from shared.photo.exif import text
from shared.photo.taken import TakenTime, TimeSource, clock, fraction_of, offset_minutes

_Base = ExifTags.Base


def taken(tags: Image.Exif, packet: object = None) -> TakenTime | None:
    """By EXIF `tags` and an XMP `packet`; None where no date in them makes sense."""
    return next(_found(tags, packet), None)


def _found(tags: Image.Exif, packet: object) -> Iterator[TakenTime]:
    details = exif.directory(tags, ExifTags.IFD.Exif)
    top: dict[int, Any] = {tag: exif.value(tags, tag) for tag in (_Base.DateTime, _Base.Make)}
    yield from _by_clock(
        TimeSource.ORIGINAL,
        details,
        _Base.DateTimeOriginal,
        _Base.OffsetTimeOriginal,
        _Base.SubsecTimeOriginal,
    )
    yield from _by_clock(
        TimeSource.DIGITIZED,
        details,
        _Base.DateTimeDigitized,
        _Base.OffsetTimeDigitized,
        _Base.SubsecTimeDigitized,
    )
    yield from _by_clock(
        TimeSource.CHANGED, details | top, _Base.DateTime, _Base.OffsetTime, _Base.SubsecTime
    )
    if (moment := gps.moment(exif.directory(tags, ExifTags.IFD.GPSInfo))) is not None:
        yield TakenTime.by_utc(TimeSource.GPS, moment)
    for written in xmp.dates(packet):
        if (read := clock(written)) is not None:
            yield TakenTime.by_clock(TimeSource.XMP, *read)
    if (noted := reconyx.clock_of(details.get(_Base.MakerNote), text(top[_Base.Make]))) is not None:
        yield TakenTime.by_clock(TimeSource.MAKER_NOTE, noted, None)


def _by_clock(
    source: TimeSource, tags: Mapping[int, Any], time_tag: int, offset_tag: int, fraction_tag: int
) -> Iterator[TakenTime]:
    read = clock(text(tags.get(time_tag)))
    if read is None:
        return
    local, written_offset = read
    if local.microsecond == 0:
        local += fraction_of(text(tags.get(fraction_tag)))
    offset = offset_minutes(text(tags.get(offset_tag)))
    yield TakenTime.by_clock(source, local, written_offset if offset is None else offset)
