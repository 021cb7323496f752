"""The rule: from what a camera recorded and what a person said to where and when a photo was taken.

A photo's own place counts, unless the site overrides it. Its clock counts, shifted as the site says. The
offset that was recorded with the clock counts, unless the site overrides it; else it is that of the zone at
that local time. Local time, offset and UTC are each told where they follow from the others.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from shared.photo.taken import TakenTime
from shared.place.site import NOWHERE, Site
from shared.place.zones import Doubt, country_at, local_at, offset_at, zone_at

_DAYS_OF_A_WEEK = 7
_WEEKS_OF_A_MONTH = 4


class Origin(StrEnum):
    """Where a part of place and time comes from."""

    PHOTO = "photo"  # recorded in it
    SITE = "site"  # said by a person
    PLACE = "place"  # of a zone: the place lies in it
    ZONE = "zone"  # of an offset: it is the zone's at that time


@dataclass(frozen=True, slots=True)
class PlaceAndTime:
    """As they are to be used; what neither was recorded nor follows is None."""

    latitude: float | None = None
    longitude: float | None = None
    place_from: Origin | None = None
    site: str | None = None
    """Its name, where one counts for this photo."""
    country: str | None = None
    """ISO 3166-1's two letters."""
    zone: str | None = None
    zone_from: Origin | None = None
    local: datetime | None = None
    """Without a zone: what a clock that was right showed there."""
    offset_minutes: int | None = None
    """Local time minus UTC."""
    utc: datetime | None = None
    offset_from: Origin | None = None
    """`photo`: local time and UTC are as recorded, but for the shift; `zone`: one of them was derived."""
    clock_shift_s: int = 0
    doubt: Doubt | None = None

    @property
    def month(self) -> int | None:
        """1 to 12, there; by UTC where that alone is known."""
        day = self.local or self.utc
        return None if day is None else day.month

    @property
    def week(self) -> int | None:
        """1 to 48, four a month, as eBird and the models made of it count; the last of a month is longer."""
        day = self.local or self.utc
        if day is None:
            return None
        quarter = min((day.day - 1) // _DAYS_OF_A_WEEK, _WEEKS_OF_A_MONTH - 1)
        return (day.month - 1) * _WEEKS_OF_A_MONTH + quarter + 1


def place_and_time(
    taken: TakenTime | None, position: tuple[float, float] | None, site: Site = NOWHERE
) -> PlaceAndTime:
    """Of a photo: its recorded time, (latitude, longitude) of its own, and the site that counts for it."""
    place, place_from = _place(position, site)
    zone, zone_from = _zone(place, place_from, site)
    latitude, longitude = place or (None, None)
    local, offset, utc, offset_from, doubt = _time(taken, zone, site)
    return PlaceAndTime(
        latitude=latitude,
        longitude=longitude,
        place_from=place_from,
        site=site.name,
        country=None if zone is None else country_at(zone, latitude, longitude),
        zone=zone,
        zone_from=zone_from,
        local=local,
        offset_minutes=offset,
        utc=utc,
        offset_from=offset_from,
        clock_shift_s=site.clock_shift_s,
        doubt=doubt,
    )


def _place(
    position: tuple[float, float] | None, site: Site
) -> tuple[tuple[float, float] | None, Origin | None]:
    if position is None or (site.overrides and site.position is not None):
        return site.position, None if site.position is None else Origin.SITE
    return position, Origin.PHOTO


def _zone(
    place: tuple[float, float] | None, place_from: Origin | None, site: Site
) -> tuple[str | None, Origin | None]:
    """A zone that a person named goes with the place that a person named, or with none."""
    if site.zone is not None and (site.overrides or place_from is not Origin.PHOTO):
        return site.zone, Origin.SITE
    if place is None:
        return None, None
    zone = zone_at(*place)
    return zone, None if zone is None else Origin.PLACE


_Time = tuple[datetime | None, int | None, datetime | None, Origin | None, Doubt | None]


def _time(taken: TakenTime | None, zone: str | None, site: Site) -> _Time:
    """(local, offset in minutes, UTC, where the offset comes from, what is doubtful)"""
    if taken is None:
        return None, None, None, None, None
    if taken.local is None:  # a satellite's time, which needs no shift
        if taken.utc is None or zone is None:
            return None, None, taken.utc, None, None
        local, offset = local_at(zone, taken.utc)
        return local, offset, taken.utc, Origin.ZONE, None
    local = taken.local + site.clock_shift
    if taken.offset_minutes is not None and not (site.overrides and site.zone is not None):
        return local, taken.offset_minutes, _utc(local, taken.offset_minutes), Origin.PHOTO, None
    if zone is None:
        return local, None, None, None, None
    offset, doubt = offset_at(zone, local)
    return local, offset, _utc(local, offset), Origin.ZONE, doubt


def _utc(local: datetime, offset_minutes: int) -> datetime:
    return (local - timedelta(minutes=offset_minutes)).replace(tzinfo=UTC)
