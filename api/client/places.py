"""The JSON of where and when photos were taken, and of cameras' clocks."""

from typing import Literal, TypedDict


class SiteDocument(TypedDict):
    """Where and when the photos of a folder in a batch were taken; an empty `folder`: of all of it."""

    folder: str
    name: str | None
    latitude: float | None
    longitude: float | None
    zone: str | None
    clock_shift_s: int
    overrides: bool


class ClockDocument(TypedDict):
    """What the frames of one camera in one folder say of its clock; `error_s`: seconds to add to it."""

    folder: str
    camera: str | None
    frames: int
    agreeing: int
    verdict: Literal["right", "shift", "too-few", "unclear"]
    error_s: int | None
    by: Literal["satellites", "other-clock"]


class ClockReport(TypedDict):
    """`sites`: what is said of the batch, with the shifts that follow."""

    clocks: list[ClockDocument]
    sites: list[SiteDocument]


class PlaceAndTimeDocument(TypedDict):
    """What follows from what a photo recorded and what was said of its batch or folder."""

    latitude: float | None
    longitude: float | None
    place_from: Literal["photo", "site"] | None
    site: str | None
    country: str | None
    zone: str | None
    zone_from: Literal["site", "place"] | None
    local: str | None
    offset_minutes: int | None
    utc: str | None
    offset_from: Literal["photo", "zone"] | None
    clock_shift_s: int
    doubt: Literal["twice", "never"] | None
