"""What a checked sample says of all answers that would be accepted, and from which threshold on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shared.audit.drawing import BANDS, Candidate, Drawn
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


def state(
    candidates: Sequence[Candidate],
    drawn: Sequence[Drawn],
    right: dict[UUID, bool],
    *,
    threshold: float,
    target: float = TARGET,
) -> Statement:
    """`right` holds what was checked of `drawn`, which was drawn of `candidates`: those from `threshold`
    on."""
    checked = [one for one in drawn if one.photo in right]
    overall = _from(threshold, candidates, checked, right)
    steps = [threshold, *(one for one in BANDS if one > threshold)]
    found = [Threshold(step, _from(step, candidates, checked, right)) for step in steps]
    found = [one for one in found if one.precision.photos]
    reached = [one.threshold for one in found if (one.precision.estimate or 0) >= target]
    promised = [one.threshold for one in found if one.precision.low >= target]
    return Statement(
        complete=len(checked) == len(drawn),
        overall=overall,
        species=_by_species(candidates, checked, right),
        thresholds=found,
        proposed=min(reached, default=None),
        promised=min(promised, default=None),
        checks_needed=checks_to_promise(overall.photos, target, overall.wrong, overall.checked),
    )


def _from(
    threshold: float, candidates: Sequence[Candidate], checked: Sequence[Drawn], right: dict[UUID, bool]
) -> SampledPrecision:
    photos = sum(one.probability >= threshold for one in candidates)
    some = [right[one.photo] for one in checked if one.counts and one.probability >= threshold]
    return SampledPrecision.of(photos, len(some), some.count(False))


def _by_species(
    candidates: Sequence[Candidate], checked: Sequence[Drawn], right: dict[UUID, bool]
) -> dict[str, SampledPrecision]:
    photos = Counter(one.species for one in candidates)
    looked = Counter(one.species for one in checked)
    wrong = Counter(one.species for one in checked if not right[one.photo])
    return {name: SampledPrecision.of(photos[name], looked[name], wrong[name]) for name in sorted(photos)}
