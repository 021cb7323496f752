"""A camera that knows nothing of the time, beside a phone that does: a clear answer or none."""

import random
from datetime import datetime, timedelta

import pytest

from shared.place.beside import coincidence
from shared.place.clock import ClockMinute, ClockReading, Evidence, Verdict, beside_others

CANON, PHONE = "Canon EOS R7 #1", "A phone"


def trip(
    *, share: float, error_min: int = 0, days: int = 3, together: bool = True, seed: int = 1
) -> list[ClockMinute]:
    """Minutes of a camera whose clock must be shifted by `error_min`, and of a phone that photographs `share`
    of the same birds, or at any other time."""
    dice = random.Random(seed)
    found = []
    for day in range(days):
        moment = datetime(2024, 5, 4 + day, 6, 40)
        while moment.hour < 18:
            moment += timedelta(seconds=dice.choice((30, dice.uniform(65, 400), dice.uniform(65, 1200))))
            if dice.random() < 0.85:
                found.append(
                    ClockMinute("card", CANON, _minute(moment - timedelta(minutes=error_min)), False)
                )
            if dice.random() < share:
                beside = dice.uniform(-40, 60) if together else dice.uniform(-10_000, 10_000)
                found.append(ClockMinute("phone", PHONE, _minute(moment + timedelta(seconds=beside)), True))
    return found


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


@pytest.mark.parametrize("error_min", [0, 60, -60, 7, -720])
def test_birds_that_were_photographed_with_both_tell_the_error(error_min: int) -> None:
    [canon] = beside_others([], trip(share=0.3, error_min=error_min))
    assert (canon.folder, canon.camera, canon.by) == ("card", CANON, Evidence.OTHER_CLOCK)
    assert canon.verdict is (Verdict.RIGHT if error_min == 0 else Verdict.SHIFT)
    assert canon.error_s == pytest.approx(60 * error_min, abs=60)


@pytest.mark.parametrize("seed", range(5))
def test_two_that_were_never_at_the_same_bird_say_nothing(seed: int) -> None:
    assert beside_others([], trip(share=0.3, error_min=60, together=False, seed=seed)) == []
    assert beside_others([], trip(share=0.005, error_min=60, seed=seed)) == []
    assert coincidence([], []) is None


def test_a_camera_whose_error_is_known_is_as_good_as_a_phone() -> None:
    minutes = [
        ClockMinute("nikon", "Nikon", minute.local - timedelta(hours=1), False) if minute.knows else minute
        for minute in trip(share=0.3, error_min=7)
    ]
    nikon = ClockReading("nikon", "Nikon", 9, 9, Verdict.SHIFT, 3600)
    canon, same = beside_others([nikon], minutes)
    assert same is nikon
    assert canon.error_s == pytest.approx(420, abs=60)
    assert beside_others([], minutes) == []


def test_what_satellites_say_stays() -> None:
    known = ClockReading("card", CANON, 9, 9, Verdict.RIGHT, 0)
    assert beside_others([known], trip(share=0.3, error_min=60)) == [known]
    few = ClockReading("card", CANON, 1, 1, Verdict.TOO_FEW, 0)
    [canon] = beside_others([few], trip(share=0.3, error_min=60))
    assert canon.by is Evidence.OTHER_CLOCK
