"""Whether a candidate is better than the model that serves: by photos that both answered and a person named.

The difference of the two shares of right answers has a 95 % interval by Newcombe's square-and-add method for
pairs (1998, method 10), which stands on Wilson's intervals, and which Fagerland, Lydersen and Laake (2014)
recommend. Frames of one sighting are alike and no evidence each of its own: photos are counted less by the
design effect (Rao and Scott, 1992), which compares the variance of the difference between sightings
(Obuchowski, 1998) with what it were if frames had nothing to do with each other.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.scoring.truth import RightOf, wilson

LEAST_DIFFERING: Final = 6
"""Sightings of which one model says more that is right than the other: if five of five speak for one model,
that is by chance one time in 16 (exact test of McNemar), which is more than 5 %."""
_FAR: Final = 1_000_000
"""Sightings; who would need more of them to tell two models apart has two that are as good as each other."""


class CandidateVerdict(StrEnum):
    """On the candidate."""

    BETTER = "better"
    WORSE = "worse"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class PairedSighting:
    """Reviewed photos of one bird, by which model was right."""

    photos: int
    both: int
    active: int
    """Right by the active model alone."""
    candidate: int
    """Right by the candidate alone."""


@dataclass(frozen=True, slots=True)
class CandidateStanding:
    """How a candidate stands against the active model."""

    sightings: int
    active: RightOf
    candidate: RightOf
    verdict: CandidateVerdict
    difference: float | None = None
    """Share of the candidate's right answers less that of the active model's; None where there are none."""
    interval: tuple[float, float] | None = None
    """Of 95 %."""
    more: int | None = None
    """About so many further sightings decide, if things go on so; None where that is decided, or never is."""


def standing(sightings: Sequence[PairedSighting]) -> CandidateStanding:
    """What the photos say until now."""
    photos = sum(one.photos for one in sightings)
    both = sum(one.both for one in sightings)
    active, candidate = sum(one.active for one in sightings), sum(one.candidate for one in sightings)
    right = RightOf(both + active, photos), RightOf(both + candidate, photos)
    if not photos:
        return CandidateStanding(0, *right, CandidateVerdict.UNDECIDED)
    shares = both / photos, active / photos, candidate / photos
    each = photos / _design_effect(sightings) / len(sightings)  # independent photos that a sighting is worth
    differing = sum(one.active != one.candidate for one in sightings) / len(sightings)

    def verdict(count: int) -> CandidateVerdict:
        """Of so many sightings like these."""
        low, high = paired_interval(*shares, each * count)
        if differing * count < LEAST_DIFFERING or low <= 0 <= high:
            return CandidateVerdict.UNDECIDED
        return CandidateVerdict.BETTER if low > 0 else CandidateVerdict.WORSE

    now = len(sightings)
    found = verdict(now)
    more = None
    if found is CandidateVerdict.UNDECIDED and active != candidate:
        decides = bisect_left(
            range(_FAR), 1, lo=now, key=lambda count: verdict(count) != CandidateVerdict.UNDECIDED
        )
        more = decides - now if decides < _FAR else None
    interval = paired_interval(*shares, each * now)
    return CandidateStanding(now, *right, found, (candidate - active) / photos, interval, more)


def paired_interval(both: float, first: float, second: float, of: float) -> tuple[float, float]:
    """95 % interval of the second share less the first, each of the same `of` photos (Newcombe).

    `both` are the photos of which both are right, `first` and `second` those of which one alone is: shares.
    """
    one, other = both + first, both + second
    (one_low, one_high), (other_low, other_high) = wilson(one, of), wilson(other, of)
    link = _correlation(both, first, second, of)
    down = _together(other - other_low, one_high - one, link)
    up = _together(other_high - other, one - one_low, link)
    return max(-1.0, second - first - down), min(1.0, second - first + up)


def _together(a: float, b: float, link: float) -> float:
    return math.sqrt(max(0.0, a * a - 2 * link * a * b + b * b))


def _correlation(both: float, first: float, second: float, of: float) -> float:
    """Of being right, with Newcombe's correction for continuity."""
    neither = max(0.0, 1 - both - first - second)
    spread = (both + first) * (second + neither) * (both + second) * (first + neither)
    if spread <= 0:
        return 0.0
    excess = both * neither - first * second
    if excess > 0:
        excess = max(0.0, excess - 1 / (2 * of))
    return excess / math.sqrt(spread)


def _design_effect(sightings: Sequence[PairedSighting]) -> float:
    """How many photos are worth one that has nothing to do with any other; at least 1."""
    photos = sum(one.photos for one in sightings)
    told = sum(one.active + one.candidate for one in sightings) / photos
    difference = sum(one.candidate - one.active for one in sightings) / photos
    alone = (told - difference**2) / photos
    if (
        alone <= 0 or len(sightings) < 2
    ):  # nothing differs, or all does: then frames tell what one of them does
        return sum(one.photos**2 for one in sightings) / photos
    scatter = sum((one.candidate - one.active - one.photos * difference) ** 2 for one in sightings)
    between = len(sightings) / (len(sightings) - 1) * scatter / photos**2
    return max(1.0, between / alone)
