"""One rule for where and when: what was recorded, what a person said, and what follows of both."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.photo.taken import TakenTime, TimeSource
from shared.place.effective import Origin, PlaceAndTime, place_and_time
from shared.place.site import NOWHERE, Site, site_of
from shared.place.zones import Doubt

TALLINN, SYDNEY = (59.437, 24.7536), (-33.8688, 151.2093)
NOON = datetime(2023, 7, 1, 12)
CLOCK = TakenTime.by_clock(TimeSource.ORIGINAL, NOON, None)
WITH_OFFSET = TakenTime.by_clock(TimeSource.ORIGINAL, NOON, 60)
SATELLITE = TakenTime.by_utc(TimeSource.GPS, NOON)


def at(hour: int, day: int = 1) -> datetime:
    return datetime(2023, 7, day, hour, tzinfo=UTC)


def test_of_nothing_nothing_is_known() -> None:
    assert place_and_time(None, None) == PlaceAndTime()


def test_a_photos_own_place_counts_unless_it_is_overridden() -> None:
    site = Site("", "Garden", *SYDNEY)
    own, told = place_and_time(None, TALLINN, site), place_and_time(None, None, site)
    assert (own.latitude, own.place_from, own.zone, own.country) == (
        59.437,
        Origin.PHOTO,
        "Europe/Tallinn",
        "EE",
    )
    assert (told.latitude, told.place_from, told.zone, told.country) == (
        -33.8688,
        Origin.SITE,
        "Australia/Sydney",
        "AU",
    )
    overridden = place_and_time(None, TALLINN, Site("", "Garden", *SYDNEY, overrides=True))
    assert (overridden.latitude, overridden.place_from) == (-33.8688, Origin.SITE)
    assert own.site == "Garden"
    # One that names no place has none to put before the photo's own.
    assert place_and_time(None, TALLINN, Site(overrides=True)).latitude == 59.437


@pytest.mark.parametrize(
    ("position", "site", "zone"),
    [
        (None, Site(zone="Asia/Kathmandu"), ("Asia/Kathmandu", Origin.SITE)),
        (None, Site("", None, *SYDNEY, zone="Asia/Kathmandu"), ("Asia/Kathmandu", Origin.SITE)),
        (TALLINN, Site(zone="Asia/Kathmandu"), ("Europe/Tallinn", Origin.PLACE)),
        (TALLINN, Site(zone="Asia/Kathmandu", overrides=True), ("Asia/Kathmandu", Origin.SITE)),
        (None, Site("", None, *SYDNEY), ("Australia/Sydney", Origin.PLACE)),
    ],
)
def test_the_zone(position: tuple[float, float] | None, site: Site, zone: tuple[str, Origin]) -> None:
    found = place_and_time(None, position, site)
    assert (found.zone, found.zone_from) == zone


@pytest.mark.parametrize(
    ("taken", "position", "site", "local", "offset", "utc", "offset_from"),
    [
        (CLOCK, None, NOWHERE, NOON, None, None, None),
        (CLOCK, TALLINN, NOWHERE, NOON, 180, at(9), Origin.ZONE),
        (CLOCK, None, Site(zone="Europe/London"), NOON, 60, at(11), Origin.ZONE),
        (WITH_OFFSET, None, NOWHERE, NOON, 60, at(11), Origin.PHOTO),
        (WITH_OFFSET, TALLINN, NOWHERE, NOON, 60, at(11), Origin.PHOTO),
        (WITH_OFFSET, TALLINN, Site(zone="Europe/London"), NOON, 60, at(11), Origin.PHOTO),
        (WITH_OFFSET, None, Site(zone="Asia/Tokyo", overrides=True), NOON, 540, at(3), Origin.ZONE),
        (SATELLITE, None, NOWHERE, None, None, at(12), None),
        (SATELLITE, TALLINN, NOWHERE, datetime(2023, 7, 1, 15), 180, at(12), Origin.ZONE),
        (SATELLITE, None, Site(clock_shift_s=3600), None, None, at(12), None),
        (CLOCK, TALLINN, Site(clock_shift_s=-7200), datetime(2023, 7, 1, 10), 180, at(7), Origin.ZONE),
        (WITH_OFFSET, None, Site(clock_shift_s=86400), datetime(2023, 7, 2, 12), 60, at(11, 2), Origin.PHOTO),
    ],
)  # fmt: skip
def test_local_time_offset_and_utc_each_where_they_are_known(
    taken: TakenTime,
    position: tuple[float, float] | None,
    site: Site,
    local: datetime | None,
    offset: int | None,
    utc: datetime | None,
    offset_from: Origin | None,
) -> None:
    found = place_and_time(taken, position, site)
    assert (found.local, found.offset_minutes, found.utc, found.offset_from) == (
        local,
        offset,
        utc,
        offset_from,
    )


def test_an_hour_that_comes_twice_or_never_is_told() -> None:
    for local, doubt in (
        (datetime(2023, 10, 29, 1, 30), Doubt.TWICE),
        (datetime(2023, 3, 26, 1, 30), Doubt.NEVER),
    ):
        clock = TakenTime.by_clock(TimeSource.ORIGINAL, local, None)
        assert place_and_time(clock, None, Site(zone="Europe/London")).doubt is doubt
        recorded = TakenTime.by_clock(TimeSource.ORIGINAL, local, 0)
        assert place_and_time(recorded, None, Site(zone="Europe/London")).doubt is None


@pytest.mark.parametrize(
    ("day", "week"),
    [((1, 1), 1), ((1, 7), 1), ((1, 8), 2), ((1, 22), 4), ((1, 31), 4), ((2, 1), 5), ((12, 31), 48)],
)
def test_weeks_are_quarters_of_months(day: tuple[int, int], week: int) -> None:
    found = PlaceAndTime(local=datetime(2023, *day, 23, 59))
    assert (found.month, found.week) == (day[0], week)
    assert PlaceAndTime().month is PlaceAndTime().week is None


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("a.jpg", ""),
        ("trip/a.jpg", "trip"),
        ("trip/day 2/a.jpg", "trip/day 2"),
        ("trip/day 20/a.jpg", "trip"),
        ("tripod/a.jpg", ""),
    ],
)
def test_the_longest_folder_counts(name: str, folder: str) -> None:
    sites = [Site(""), Site("trip"), Site("trip/day 2"), Site("trip/day 2/none")]
    assert site_of(sites, name).folder == folder
    assert site_of(sites[1:2], "elsewhere.jpg") is NOWHERE


@given(
    st.datetimes(datetime(1901, 1, 1), datetime(2199, 1, 1)),
    st.none() | st.integers(-14 * 60, 14 * 60),
    st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    st.builds(
        Site,
        clock_shift_s=st.integers(-(2**31), 2**31 - 1),
        zone=st.sampled_from([None, "Europe/London", "Australia/Lord_Howe"]),
        overrides=st.booleans(),
    ),
)
def test_what_is_told_agrees_with_itself(
    local: datetime, offset: int | None, position: tuple[float, float] | None, site: Site
) -> None:
    found = place_and_time(TakenTime.by_clock(TimeSource.ORIGINAL, local, offset), position, site)
    assert found.local == local + site.clock_shift
    assert (found.utc is None) == (found.offset_minutes is None) == (found.offset_from is None)
    if found.utc is not None and found.offset_minutes is not None:
        assert found.utc.replace(tzinfo=None) + timedelta(minutes=found.offset_minutes) == found.local
    assert (found.zone is None) == (found.zone_from is None)
    assert (found.latitude is None) == (found.place_from is None)
