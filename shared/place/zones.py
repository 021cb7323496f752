"""Which time zone and which country a place lies in, without a network.

Zones: tzfpy's polygons, of timezone-boundary-builder (© OpenStreetMap contributors, ODbL 1.0). A zone of tz
lies in one country, which tz's own table (public domain) names: no second set of borders can disagree.
"""

from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tzfpy

_MINUTE = 60
# But one: Thailand's is that of the north of Vietnam, too, where clocks have agreed since 1970. What of it is
# north and east of one of these corners (latitude, longitude) is Vietnam's; Laos, between, has its own.
_SHARED_ZONE, _ITS_OTHER_COUNTRY = "Asia/Bangkok", "VN"
_CORNERS = ((16.9, 104.95), (18.6, 101.7))


class Doubt(StrEnum):
    """What a clock showed that is turned forward and back once a year."""

    TWICE = "twice"  # an hour that came two times that night; the first is taken
    NEVER = "never"  # an hour that was left out: the clock was not turned yet, or was wrong


def is_zone(name: str) -> bool:
    """Whether tz knows it: `Europe/Tallinn`."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # paths and odd characters among them
        return False
    return True


def zone_at(latitude: float, longitude: float) -> str | None:
    """tz's name of the zone; at sea a nautical one, `Etc/GMT+3`."""
    return tzfpy.get_tz(longitude, latitude) or None


def country_at(zone: str, latitude: float | None, longitude: float | None) -> str | None:
    """ISO 3166-1's two letters of the country that the zone of a place lies in; None at sea.

    Kosovo is told as Serbia, whose zone it has.
    """
    if zone == _SHARED_ZONE and latitude is not None and longitude is not None:
        beyond = any(latitude > south and longitude > west for south, west in _CORNERS)
        return _ITS_OTHER_COUNTRY if beyond else _countries()[zone]
    return _countries().get(zone)


def offset_at(zone: str, local: datetime) -> tuple[int, Doubt | None]:
    """(minutes that the zone's clocks are before UTC at `local`, which has no zone; what is doubtful)"""
    clock = _clock(zone)
    early, late = (_minutes(local.replace(tzinfo=clock, fold=fold)) for fold in (0, 1))
    if early == late:
        return early, None
    return early, Doubt.TWICE if early > late else Doubt.NEVER


def local_at(zone: str, utc: datetime) -> tuple[datetime, int]:
    """(what the zone's clocks show at `utc`, without a zone; minutes that they are before UTC)."""
    there = utc.astimezone(_clock(zone))
    return there.replace(tzinfo=None), _minutes(there)


def _minutes(moment: datetime) -> int:
    offset = moment.utcoffset()
    assert offset is not None
    return round(offset.total_seconds() / _MINUTE)  # before 1900 there are seconds, too


@cache  # ZoneInfo's own holds eight, and the photos of one page may be of more
def _clock(zone: str) -> ZoneInfo:
    return ZoneInfo(zone)


@cache
def _countries() -> dict[str, str]:
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {zone: country for country, _, zone, *_ in rows}


def countries() -> list[str]:
    """Every country, in ISO 3166-1's two letters, sorted."""
    return sorted(set(_countries().values()))
