"""An exact interval for a part of a finite number of things."""

import math

import pytest
from scipy.stats import beta, hypergeom

from shared.audit.interval import OUTSIDE, SampledPrecision, checks_for, checks_to_promise, wrong_in_all


@pytest.mark.parametrize("total", [1, 7, 30])
def test_it_misses_no_truth_more_often_than_it_says(total: int) -> None:
    """All truths and all samples, each as probable as it is: nothing is drawn here."""
    for checked in range(total + 1):
        found = [wrong_in_all(total, checked, wrong) for wrong in range(checked + 1)]
        for bad in range(total + 1):
            chances = hypergeom(total, bad, checked).pmf(range(checked + 1))
            held = sum(chances[k] for k, (low, high) in enumerate(found) if low <= bad <= high)
            assert held >= 1 - OUTSIDE - 1e-9


@pytest.mark.parametrize(("checked", "wrong"), [(200, 0), (200, 3), (50, 50), (400, 200)])
def test_of_very_many_it_is_the_interval_of_clopper_and_pearson(checked: int, wrong: int) -> None:
    found = SampledPrecision.of(1_000_000, checked, wrong)
    low = 0.0 if wrong == 0 else beta.ppf(OUTSIDE / 2, wrong, checked - wrong + 1)
    high = 1.0 if wrong == checked else beta.ppf(1 - OUTSIDE / 2, wrong + 1, checked - wrong)
    assert (found.low, found.high) == pytest.approx((1 - high, 1 - low), abs=2e-4)


def test_what_was_all_looked_at_is_known_and_what_was_not_looked_at_is_not() -> None:
    assert SampledPrecision.of(40, 40, 1) == SampledPrecision(40, 40, 1, 1 - 1 / 40, 1 - 1 / 40)
    nothing = SampledPrecision.of(40, 0, 0)
    assert (nothing.low, nothing.high, nothing.estimate) == (0, 1, None)


@pytest.mark.parametrize("numbers", [(0, 1, 0), (5, 6, 0), (5, 3, 4), (5, 3, -1)])
def test_numbers_that_can_not_be_are_refused(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="wrong of"):
        SampledPrecision.of(*numbers)


def test_as_many_are_checked_as_the_margin_asks_for_and_no_more() -> None:
    for total in (30, 400, 100_000):
        count = checks_for(total, 0.98, 0.02)
        widths = [
            found.high - found.low
            for checked in (count - 1, count)
            if (found := SampledPrecision.of(total, checked, round(0.02 * checked)))
        ]
        assert widths[1] <= 0.04 + 1e-9
        assert widths[0] >= 0.04


def test_a_promise_takes_as_many_checks_as_it_does_and_can_become_impossible() -> None:
    assert checks_to_promise(10_000, 0.98, 0, 50) == 181
    assert SampledPrecision.of(10_000, 181, 0).low >= 0.98 > SampledPrecision.of(10_000, 180, 0).low
    assert checks_to_promise(100, 0.98, 3, 50) is None
    assert checks_to_promise(100, 0.98, 2, 50) == 100
    assert math.isclose(SampledPrecision.of(100, 100, 2).low, 0.98)
