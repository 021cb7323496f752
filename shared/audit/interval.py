"""How many of a finite number of things are wrong, from a random sample of them: an exact interval.

Clopper and Pearson's, by the hypergeometric distribution, since what is sampled is a batch, and once all of
it was looked at nothing is left to chance. The simpler Wilson interval misses far more often than it says
where all but a few are right, which is where one wants to accept: at a precision of 99.92 % and 200
checked, one time in seven.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, lgamma
from typing import Final, Self

OUTSIDE: Final = 0.05
"""Of all intervals at most so many do not hold the truth: half of them on either side."""


@dataclass(frozen=True, slots=True)
class SampledPrecision:
    """Of `photos`, `checked` were drawn at random and looked at, and `wrong` of these were wrong."""

    photos: int
    checked: int
    wrong: int
    low: float
    """At least so many of the photos are right, as a share; with `high` a 95 % interval."""
    high: float

    @classmethod
    def of(cls, photos: int, checked: int, wrong: int) -> Self:
        """Of no photos none is wrong. ValueError unless 0 ≤ wrong ≤ checked ≤ photos."""
        if not 0 <= wrong <= checked <= photos:
            raise ValueError(f"{wrong} wrong of {checked} checked of {photos}")
        least, most = wrong_in_all(photos, checked, wrong)
        return cls(photos, checked, wrong, 1 - most / max(1, photos), 1 - least / max(1, photos))

    @property
    def estimate(self) -> float | None:
        """None where nothing was looked at."""
        return 1 - self.wrong / self.checked if self.checked else None


def wrong_in_all(total: int, checked: int, wrong: int) -> tuple[int, int]:
    """The least and the most that are wrong of `total`, so that `wrong` of `checked` is no surprise."""
    certain, possible = wrong, total - checked + wrong
    least = _first(lambda bad: 1 - _at_most(wrong - 1, total, bad, checked) > OUTSIDE / 2, certain, possible)
    beyond = _first(lambda bad: _at_most(wrong, total, bad, checked) <= OUTSIDE / 2, least, possible + 1)
    return least, beyond - 1


def checks_for(total: int, precision: float, margin: float) -> int:
    """The fewest to look at, so that the interval is no wider than ±`margin` where so many are right."""

    def suffices(checked: int) -> bool:
        found = SampledPrecision.of(total, checked, round(checked * (1 - precision)))
        return found.high - found.low <= 2 * margin

    return _first(suffices, min(total, 1), total)


def checks_to_promise(total: int, precision: float, wrong: int, checked: int) -> int | None:
    """The fewest to look at in all, from `checked` on, so that `precision` is promised if no more are wrong.

    None: no number of checks can do that, since too many are known to be wrong.
    """
    found = _first(lambda more: SampledPrecision.of(total, more, wrong).low >= precision, checked, total + 1)
    return None if found > total else found


def _at_most(wrong: int, total: int, bad: int, checked: int) -> float:
    """Probability of no more than `wrong` among `checked`, where `bad` of `total` are (hypergeometric)."""
    if bad > total:
        return 0.0
    first, last = max(0, checked - (total - bad)), min(wrong, bad, checked)
    whole = _log_ways(total, checked)
    ways = (_log_ways(bad, k) + _log_ways(total - bad, checked - k) - whole for k in range(first, last + 1))
    return min(1.0, sum(map(exp, ways)))


def _log_ways(total: int, chosen: int) -> float:
    return lgamma(total + 1) - lgamma(chosen + 1) - lgamma(total - chosen + 1)


def _first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The first number from `low` on for which it `holds`, as it does for all after it; else `high`."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
