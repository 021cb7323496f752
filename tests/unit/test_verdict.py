"""Whether a candidate is better: by published intervals, and by made-up birds of which the truth is known."""

import random

import pytest

from shared.scoring.verdict import (
    LEAST_DIFFERING,
    CandidateVerdict,
    PairedSighting,
    paired_interval,
    standing,
)

BOTH, ACTIVE, CANDIDATE = PairedSighting(1, 1, 0, 0), PairedSighting(1, 0, 1, 0), PairedSighting(1, 0, 0, 1)


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        ((36, 12, 2, 0), 0.0569, 0.3404),  # Newcombe (1998), method 10
        ((14, 5, 0, 22), 0.0115, 0.2265),  # Altman and others (2000), table 6.2
        ((1, 1, 7, 12), -0.5069, -0.0256),  # Bentur and others (2009), in Fagerland and others (2014)
    ],
)
def test_the_interval_is_the_published_one(table: tuple[int, int, int, int], low: float, high: float) -> None:
    photos = sum(table)
    both, second, first, _ = (count / photos for count in table)
    assert paired_interval(both, first, second, photos) == pytest.approx((low, high), abs=5e-5)
    mirrored = paired_interval(both, second, first, photos)
    assert mirrored == pytest.approx((-high, -low), abs=5e-5)


def test_nothing_reviewed_says_nothing() -> None:
    found = standing([])
    assert (found.verdict, found.interval, found.more) == (CandidateVerdict.UNDECIDED, None, None)


def test_who_is_right_more_often_is_better_and_who_is_less_is_worse() -> None:
    better = standing([BOTH] * 60 + [CANDIDATE] * 20 + [ACTIVE] * 4)
    assert (better.verdict, better.more) == (CandidateVerdict.BETTER, None)
    assert (better.active.right, better.candidate.right, better.active.of) == (64, 80, 84)
    assert better.difference == pytest.approx(16 / 84)
    assert standing([BOTH] * 60 + [ACTIVE] * 20 + [CANDIDATE] * 4).verdict is CandidateVerdict.WORSE


def test_a_burst_is_one_piece_of_evidence() -> None:
    """Thirty photos of one bird that the candidate alone knows are no thirty birds."""
    apart = standing([BOTH] * 60 + [CANDIDATE] * 30)
    burst = standing([BOTH] * 60 + [PairedSighting(30, 0, 0, 30)])
    assert (apart.verdict, burst.verdict) == (CandidateVerdict.BETTER, CandidateVerdict.UNDECIDED)
    assert apart.difference == burst.difference
    assert burst.sightings == 61
    whole = standing([PairedSighting(5, 5, 0, 0)] * 60 + [PairedSighting(5, 0, 0, 5)] * 8)
    alone = standing([BOTH] * 60 + [CANDIDATE] * 8)
    assert whole.interval == pytest.approx(alone.interval, abs=0.01)


def test_a_handful_of_birds_decides_nothing_however_many_photos_there_are() -> None:
    few = standing([BOTH] * 1000 + [CANDIDATE] * (LEAST_DIFFERING - 1))
    assert few.verdict is CandidateVerdict.UNDECIDED
    assert few.more is not None
    assert 1000 / LEAST_DIFFERING < few.more + 1000 / LEAST_DIFFERING < 1000
    assert standing([BOTH] * 1000 + [CANDIDATE] * LEAST_DIFFERING).verdict is CandidateVerdict.BETTER


def test_how_many_more_are_needed_is_what_decides_if_things_go_on_so() -> None:
    some = [BOTH] * 40 + [CANDIDATE] * 7 + [ACTIVE] * 3
    found = standing(some)
    assert found.verdict is CandidateVerdict.UNDECIDED
    assert found.more is not None
    times = (len(some) + found.more) / len(some)
    assert standing(some * round(times + 0.5)).verdict is CandidateVerdict.BETTER
    assert standing(some * int(times)).verdict is CandidateVerdict.UNDECIDED
    assert standing([BOTH] * 40 + [CANDIDATE, ACTIVE]).more is None, "as good as each other"


def birds(dice: random.Random, count: int, active: float, mended: float, kept: float) -> list[PairedSighting]:
    """Sightings of 1 to 12 frames, which mostly are what the first is. `mended`: the candidate is right where
    the active model is wrong; `kept`: where it is right, too."""

    def frame() -> tuple[bool, bool]:
        of_active = dice.random() < active
        return of_active, dice.random() < (kept if of_active else mended)

    made = []
    for _ in range(count):
        first = frame()
        frames = [
            first if dice.random() < 0.8 else frame()
            for _ in range(min(12, 1 + int(dice.expovariate(1 / 3))))
        ]
        each = [frames.count(one) for one in ((True, True), (True, False), (False, True))]
        made.append(PairedSighting(len(frames), *each))
    return made


@pytest.mark.parametrize(
    ("active", "mended", "kept"), [(0.8, 0.5, 0.95), (0.9, 0.45, 0.95), (0.8, 0.2, 0.95), (0.9, 0.1, 0.99)]
)
def test_of_a_hundred_intervals_ninety_five_hold_the_truth_though_photos_come_in_bursts(
    active: float, mended: float, kept: float
) -> None:
    truth = active * kept + (1 - active) * mended - active
    dice, times = random.Random(1), 400
    found = [standing(birds(dice, 80, active, mended, kept)) for _ in range(times)]
    held = sum(low <= truth <= high for low, high in (one.interval for one in found if one.interval))
    assert held / times >= 0.93
    if truth <= 0.01:
        assert sum(one.verdict is CandidateVerdict.BETTER for one in found) / times <= 0.035
