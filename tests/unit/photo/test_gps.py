"""Places that are places, and satellites' time."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import TiffImagePlugin

from shared.photo import gps
from tests.unit.photo.metadata import ATHENS

Ratio = TiffImagePlugin.IFDRational
BROKEN = Ratio(0, 0)
NOWHERE = {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}
NOON = {7: (Ratio(12, 1), Ratio(30, 1), Ratio(4550, 100)), 29: "2022:02:03"}
_NUMBERS = st.one_of(
    st.floats(),
    st.integers(),
    st.builds(Ratio, st.integers(0, 2**32), st.integers(0, 2**32)),
    st.text(alphabet="NESWAVZ:+-.\x00 0123456789", max_size=20),
    st.binary(max_size=5),
    st.none(),
)
IN_ANY_TIME = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a loaded machine
ANY_VALUE = st.one_of(_NUMBERS, st.lists(_NUMBERS, max_size=5).map(tuple))


def test_south_and_west_are_negative() -> None:
    assert gps.position({**ATHENS, 1: "S", 3: "W"}) == pytest.approx((-37.975, -23.72))


@pytest.mark.parametrize("ref", ["N", "n", "N\x00", b"N\x00", "North"])
def test_references_as_cameras_write_them(ref: Any) -> None:
    assert gps.position({**ATHENS, 1: ref}) == pytest.approx((37.975, 23.72))


@pytest.mark.parametrize(
    ("value", "degrees"),
    [
        ((37.0, 58.5, BROKEN), 37.975),
        ((37.0, 58.5), 37.975),
        ((37.0, 58.5, 61.0), 37.975),
        ((37.0, 58.5, -1.0), 37.975),
        ((37.0, 58.5, float("inf")), 37.975),
        ((37.975, BROKEN, BROKEN), 37.975),
        ((37.975,), 37.975),
        (37.975, 37.975),
        ((37.0, 58.0, 60.0), 37 + 59 / 60),
    ],
)
def test_a_broken_or_missing_part_does_not_throw_the_place_away(value: Any, degrees: float) -> None:
    assert gps.position({**ATHENS, 2: value}) == pytest.approx((degrees, 23.72), abs=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        {2: (Ratio(37, 1), BROKEN, BROKEN)},  # a whole degree alone is a hundred kilometres
        {2: (91.0, 0.0, 0.0)},
        {2: (89.0, 60.0, 60.0)},
        {4: (180.0, 30.0, 0.0)},
        {2: (-1.0, 0.0, 0.0)},  # and its reference says north
        {2: (float("nan"), 0.0, 0.0)},
        {2: (37.0,)},
        {2: "north"},
        {2: ()},
        {2: None},
        {1: ""},
        {1: None},
        {3: "X"},
        {1: b"\xff"},
        {9: "V"},
        {9: "V\x00"},
    ],
)
def test_what_does_not_tell_a_place_is_none(change: dict[int, Any]) -> None:
    assert gps.position({**ATHENS, **change}) is None


def test_half_a_position_is_none() -> None:
    assert gps.position({1: "N", 2: (37.0, 58.0, 30.0)}) is None


def test_a_sign_that_says_the_same_as_its_letter_is_no_fault() -> None:
    assert gps.position({**ATHENS, 3: "W", 4: (-23.0, 43.0, 12.0)}) == pytest.approx((37.975, -23.72))


def test_nought_nought_without_a_fix_is_no_place() -> None:
    assert gps.position(NOWHERE) is None
    assert gps.position({**NOWHERE, 9: "V"}) is None
    assert gps.position({**NOWHERE, 9: "A"}) == (0, 0)


def test_the_equator_and_the_meridian_are_places() -> None:
    assert gps.position({**NOWHERE, 4: (36.0, 3.0, 0.0)}) == (0, 36.05)
    assert gps.position({**NOWHERE, 2: (51.0, 28.0, 40.0)}) == pytest.approx((51.4777778, 0))


def test_time_of_the_satellites() -> None:
    assert gps.moment(NOON) == datetime(2022, 2, 3, 12, 30, 45, 500_000)


@pytest.mark.parametrize("seconds", [BROKEN, 61.0, None])
def test_without_seconds_the_minute_is_told(seconds: Any) -> None:
    assert gps.moment({**NOON, 7: (12.0, 30.0, seconds)}) == datetime(2022, 2, 3, 12, 30)


@pytest.mark.parametrize(
    "change",
    [
        {29: "1980:01:06"},  # a receiver before its first satellite
        {29: "0000:00:00"},
        {29: "soon"},
        {29: None},
        {7: (24.0, 0.0, 0.0)},
        {7: (12.0, 60.0, 0.0)},
        {7: (BROKEN, 30.0, 0.0)},
        {7: None},
        {9: "V"},
    ],
)
def test_what_does_not_tell_a_time_is_none(change: dict[int, Any]) -> None:
    assert gps.moment({**NOON, **change}) is None


@IN_ANY_TIME
@given(st.dictionaries(st.sampled_from([1, 2, 3, 4, 7, 9, 29]), ANY_VALUE))
def test_nothing_raises(found: dict[int, Any]) -> None:
    position = gps.position({**ATHENS, **found})
    assert position is None or (abs(position[0]) <= 90 and abs(position[1]) <= 180)
    gps.moment({**NOON, **found})
