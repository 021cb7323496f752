"""What a checked sample says of all answers that would be accepted, and from which threshold on."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shared.audit.drawing import BANDS, Candidate, Drawn, band
from shared.audit.interval import SampledPrecision, checks_to_promise

TARGET: Final = 0.98
"""Of accepted answers that are to be right."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """All answers of at least this probability."""

    threshold: float
    precision: SampledPrecision


@dataclass(frozen=True, slots=True)
class Statement:
    """What is known; until it is `complete`, all that was drawn being checked, it holds if the order of
    checking was that of the drawing, which is random."""

    complete: bool
    overall: SampledPrecision
    species: dict[str, SampledPrecision]
    """Each species with any candidate."""
    thresholds: list[Threshold]
    """That asked for, and those above it at which a band begins."""
    proposed: float | None
    """The least of these from which the target is reached by what was checked; None: by none."""
    promised: float | None
    """The least from which it is reached even at the low end of the interval."""
    checks_needed: int | None
    """In all, until the target is promised of all candidates if none of the rest is wrong; None: it can't
    be."""


Strata = Mapping[tuple[str, int], int]
"""Answers that would be accepted, by species and band."""


def strata_of(candidates: Iterable[Candidate]) -> Strata:
    return Counter((one.species, band(one.probability)) for one in candidates)


def state(
    strata: Strata,
    drawn: Sequence[Drawn],
    right: Mapping[UUID, bool],
    *,
    threshold: float,
    target: float = TARGET,
) -> Statement:
    """`right` holds what was checked of `drawn`, `strata` what that was drawn of: all from `threshold` on."""
    checked = [one for one in drawn if one.photo in right]
    found = [
        Threshold(max(threshold, step), _from(number, strata, checked, right))
        for number, step in enumerate((0.0, *BANDS))
        if number >= band(threshold)
    ]
    found = [one for one in found if one.precision.photos]
    overall = _from(0, strata, checked, right)
    reached = [one.threshold for one in found if (one.precision.estimate or 0) >= target]
    promised = [one.threshold for one in found if one.precision.low >= target]
    return Statement(
        complete=len(checked) == len(drawn),
        overall=overall,
        species=_by_species(strata, checked, right),
        thresholds=found,
        proposed=min(reached, default=None),
        promised=min(promised, default=None),
        checks_needed=checks_to_promise(overall.photos, target, overall.wrong, overall.checked),
    )


def _from(
    first: int, strata: Strata, checked: Sequence[Drawn], right: Mapping[UUID, bool]
) -> SampledPrecision:
    """Of those in the band of that number and above."""
    photos = sum(count for (_, number), count in strata.items() if number >= first)
    some = [right[one.photo] for one in checked if one.counts and band(one.probability) >= first]
    return SampledPrecision.of(photos, len(some), some.count(False))


def _by_species(
    strata: Strata, checked: Sequence[Drawn], right: Mapping[UUID, bool]
) -> dict[str, SampledPrecision]:
    photos: Counter[str] = Counter()
    for (species, _), count in strata.items():
        photos[species] += count
    looked = Counter(one.species for one in checked)
    wrong = Counter(one.species for one in checked if not right[one.photo])
    return {name: SampledPrecision.of(photos[name], looked[name], wrong[name]) for name in sorted(photos)}
