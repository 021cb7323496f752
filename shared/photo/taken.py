"""When a photo was taken: local time as the camera showed it, the offset beside it, UTC derived of both."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, Final, Self

_FIRST_YEAR, _LAST_YEAR = 1826, 2199  # the first photograph; a camera clock beyond this was never set
_MAX_OFFSET_MINUTES = 14 * 60  # the widest time zone there is
TAKEN_COLUMNS: Final = ("taken_at", "taken_local", "taken_offset_minutes", "taken_from")
"""What the ledger keeps of a `TakenTime`."""
_CLOCK = re.compile(
    r"(\d{4})[:/.-](\d\d?)[:/.-](\d\d?)[T ]+"
    r"(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? *(Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_OFFSET = re.compile(r"([+-])(\d\d?):?(\d\d)", re.ASCII)


class TimeSource(StrEnum):
    """Where the time of a photo was found, most trusted first; EXIF's tags have their own names."""

    ORIGINAL = "DateTimeOriginal"
    DIGITIZED = "DateTimeDigitized"
    CHANGED = "DateTime"
    GPS = "GPSTimeStamp"
    XMP = "XMP"
    MAKER_NOTE = "MakerNote"
    FILE_NAME = "FileName"


@dataclass(frozen=True, slots=True)
class TakenTime:
    """Just what was recorded: a clock without an offset tells no UTC, a satellite's UTC tells no local time.

    What is missing is not made up; a zone that is known otherwise belongs beside this, not into it.
    """

    source: TimeSource
    local: datetime | None
    """Without a zone: what a clock showed where the photo was taken."""
    offset_minutes: int | None
    """Local time minus UTC."""
    utc: datetime | None
    """With the zone UTC."""

    @classmethod
    def by_clock(cls, source: TimeSource, local: datetime, offset_minutes: int | None) -> Self:
        utc = None
        if offset_minutes is not None:
            utc = local.replace(tzinfo=timezone(timedelta(minutes=offset_minutes))).astimezone(UTC)
        return cls(source, local, offset_minutes, utc)

    @classmethod
    def by_utc(cls, source: TimeSource, moment: datetime) -> Self:
        """`moment` is without a zone."""
        return cls(source, None, None, moment.replace(tzinfo=UTC))

    def as_columns(self) -> dict[str, Any]:
        """As the ledger and JSON have it; `TakenTime.of_columns` is the way back."""
        return {
            "taken_at": None if self.utc is None else self.utc.isoformat(),
            "taken_local": None if self.local is None else self.local.isoformat(),
            "taken_offset_minutes": self.offset_minutes,
            "taken_from": self.source.value,
        }

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Self | None:
        """As the ledger gives it back; None also for a time from before there were sources, which may be of
        any zone."""
        if row["taken_from"] is None:
            return None
        source = TimeSource(row["taken_from"])
        return cls(source, row["taken_local"], row["taken_offset_minutes"], row["taken_at"])

    @classmethod
    def of_columns(cls, columns: dict[str, Any]) -> Self:
        at, local = columns["taken_at"], columns["taken_local"]
        return cls(
            TimeSource(columns["taken_from"]),
            None if local is None else datetime.fromisoformat(local),
            columns["taken_offset_minutes"],
            None if at is None else datetime.fromisoformat(at),
        )


def clock(text: str) -> tuple[datetime, int | None] | None:
    """(local time, offset in minutes if it is told) as EXIF and ISO 8601 write it.

    None if it is no time, or one of a year in which there were no photos.
    """
    found = _CLOCK.fullmatch(text.strip("\x00 \r\n\t"))
    if found is None:
        return None
    *numbers, fraction, zone = found.groups()
    try:
        moment = datetime(*(int(number or 0) for number in numbers))  # type: ignore[arg-type]
    except ValueError:
        return None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    return moment + fraction_of(fraction), offset_minutes(zone or "")


def fraction_of(digits: str | None) -> timedelta:
    """Of a second, by the digits behind its point; none where they are no digits."""
    digits = (digits or "").strip("\x00 ")
    if not (digits.isascii() and digits.isdigit()):
        return timedelta()
    return timedelta(microseconds=int(digits[:6].ljust(6, "0")))


def offset_minutes(text: str) -> int | None:
    """Of `-06:00`, `+0530` or `Z`; None where it is no zone's."""
    text = text.strip("\x00 ")
    if text == "Z":
        return 0
    found = _OFFSET.fullmatch(text)
    if found is None:
        return None
    sign, hours, minutes = found[1], int(found[2]), int(found[3])
    offset = hours * 60 + minutes
    if minutes >= 60 or offset > _MAX_OFFSET_MINUTES:
        return None
    return -offset if sign == "-" else offset
