"""The clock doctor says what most frames agree on, and when it can't say."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from shared.photo.taken import TakenTime, TimeSource
from shared.place.clock import ClockFrame, ClockReading, Verdict, readings, shifted
from shared.place.site import Site

TALLINN = (59.437, 24.7536)
START = datetime(2023, 7, 1, 9, tzinfo=UTC)  # noon in Tallinn


def frames(
    error_s: float,
    count: int = 12,
    *,
    folder: str = "",
    camera: str | None = "A",
    position: tuple[float, float] | None = TALLINN,
    offset: int | None = None,
    lag_s: Sequence[float] = (0,),
    source: TimeSource = TimeSource.ORIGINAL,
    day: int = 0,
) -> list[ClockFrame]:
    """A minute after another, of a clock that must be shifted by `error_s`; `lag_s`: ages of fixes."""
    found = []
    for number in range(count):
        moment = START + timedelta(days=day, minutes=number)
        shown = moment.replace(tzinfo=None) + timedelta(minutes=180 if offset is None else offset)
        taken = TakenTime.by_clock(source, shown - timedelta(seconds=error_s), offset)
        fix = moment - timedelta(seconds=lag_s[number % len(lag_s)])
        name = f"{folder}/{number}.jpg" if folder else f"{number}.jpg"
        found.append(ClockFrame(name, camera, taken, fix, position))
    return found


@pytest.mark.parametrize(
    ("given", "sites", "verdict", "error_s"),
    [
        (frames(3600), [], Verdict.SHIFT, 3600),
        (frames(-3600, lag_s=(0, 5, 40, 3)), [], Verdict.SHIFT, -3604),
        (frames(0, lag_s=(0, 30, 60)), [], Verdict.RIGHT, -30),
        (frames(60), [], Verdict.RIGHT, 60),
        (frames(3600, offset=120), [], Verdict.SHIFT, 3600),  # by its own offset, whatever the zone
        (frames(86_400 * 365, position=None), [Site(zone="Europe/Tallinn")], Verdict.SHIFT, 86_400 * 365),
        (frames(3600, 2), [], Verdict.TOO_FEW, 3600),
        (frames(3600, position=None), [], Verdict.TOO_FEW, None),  # of what zone is the clock?
        (frames(3600, source=TimeSource.FILE_NAME), [], Verdict.TOO_FEW, None),
        # Two days of which the clock was set on the second.
        (frames(3600, 6) + frames(0, 6, day=1), [], Verdict.UNCLEAR, 1800),
        # A few frames with a fix of hours ago change nothing.
        (frames(3600, lag_s=(0, 0, 0, 0, 0, 0, 0, 0, 0, 7200)), [], Verdict.SHIFT, 3600),
        # A shift that is said already is not added to.
        (frames(3600), [Site(clock_shift_s=3600)], Verdict.SHIFT, 3600),
    ],
)  # fmt: skip
def test_what_most_frames_agree_on(
    given: list[ClockFrame], sites: list[Site], verdict: Verdict, error_s: int | None
) -> None:
    random.Random(1).shuffle(given)
    [reading] = readings(given, sites)
    assert (reading.verdict, reading.error_s) == (verdict, error_s)
    assert reading.agreeing <= reading.frames <= len(given)


def test_a_fix_counts_once_by_its_first_frame() -> None:
    """A receiver under trees writes its last fix into every frame of an hour."""
    stale = [
        ClockFrame(frame.name, frame.camera, frame.taken, START, frame.position) for frame in frames(3600, 60)
    ]
    [reading] = readings([*frames(3600, 4), *stale], [])
    assert (reading.frames, reading.verdict, reading.error_s) == (4, Verdict.SHIFT, 3600)


def test_each_folder_and_camera_for_itself() -> None:
    given = frames(3600, folder="a") + frames(0, folder="a", camera="B") + frames(60, folder="b", camera=None)
    assert [(one.folder, one.camera, one.verdict) for one in readings(given, [])] == [
        ("a", "A", Verdict.SHIFT),
        ("a", "B", Verdict.RIGHT),
        ("b", None, Verdict.RIGHT),
    ]


def reading(folder: str, error_s: int, verdict: Verdict = Verdict.SHIFT) -> ClockReading:
    return ClockReading(folder, "A", 5, 5, verdict, error_s)


@pytest.mark.parametrize(
    ("sites", "found", "wanted"),
    [
        ([], [reading("", 3600)], {"": 3600}),
        ([], [reading("", 0, Verdict.RIGHT)], {}),
        ([], [reading("", 3600), reading("trip", 0, Verdict.RIGHT)], {"": 3600, "trip": 0}),
        ([], [reading("", 3600), reading("trip", 3600)], {"": 3600}),
        ([], [reading("trip", 3600), reading("trip", 3620)], {"trip": 3610}),
        ([], [reading("trip", 3600), reading("trip", 0, Verdict.RIGHT)], {}),  # which of the two cameras?
        ([], [reading("trip", 3600, Verdict.UNCLEAR)], {}),
        ([Site(clock_shift_s=60)], [reading("", 0, Verdict.RIGHT)], {"": 0}),
    ],
)
def test_shifts_that_follow(sites: list[Site], found: list[ClockReading], wanted: dict[str, int]) -> None:
    assert {site.folder: site.clock_shift_s for site in shifted(sites, found)} == wanted


def test_a_folder_that_is_shifted_keeps_its_place() -> None:
    assert shifted([Site("", "Garden", *TALLINN)], [reading("trip", 60)])[1] == Site(
        "trip", "Garden", *TALLINN, clock_shift_s=60
    )
