"""Which answers a person is to check: a random sample, in every stratum as large a part of it as in the
others.

Strata are species and bands of probability, so every species and every sureness is there as often as in the
batch, and yet each photo has the same chance (self-weighting): what is true of the sample is expected of
the batch, and of each part of it. Chance is a hash of seed and photo: the same seed draws the same photos,
more of them when the share grows, and nearly the same when the batch has changed.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from math import floor
from typing import Final
from uuid import UUID

BANDS: Final = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99)
"""Where bands of probability begin; thresholds that are proposed are among them."""
_SCALE: Final = 2.0**64


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer that would be accepted."""

    photo: UUID
    species: str
    probability: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """An answer that is to be checked."""

    photo: UUID
    species: str
    probability: float
    counts: bool
    """False: drawn because nothing else of its species was; it tells of its species, and not of the batch."""


def draw(candidates: Sequence[Candidate], share: float, seed: int) -> list[Drawn]:
    """About `share` of `candidates`, and at least one of each species, in the order of chance."""
    strata: dict[tuple[str, int], list[tuple[float, Candidate]]] = defaultdict(list)
    for one in candidates:
        chance = _chance(seed, one.photo.bytes)
        strata[one.species, band(one.probability)].append((chance, one))
    drawn = [
        (chance, one, True)
        for stratum, members in strata.items()
        for chance, one in _least(members, floor(share * len(members) + _of_stratum(seed, stratum)))
    ]
    missing: dict[str, list[tuple[float, Candidate]]] = defaultdict(list)
    seen = {one.species for _, one, _ in drawn}
    for (species, _), members in strata.items():
        if species not in seen:
            missing[species] += members
    alone = chain.from_iterable(_least(members, 1) for members in missing.values())
    everything = [*drawn, *((chance, one, False) for chance, one in alone)]
    everything.sort(key=lambda found: (found[0], found[1].photo))
    return [Drawn(one.photo, one.species, one.probability, counts) for _, one, counts in everything]


def band(probability: float) -> int:
    return bisect_right(BANDS, probability)


def _least(members: list[tuple[float, Candidate]], count: int) -> list[tuple[float, Candidate]]:
    return sorted(members, key=lambda member: (member[0], member[1].photo))[:count]


def _of_stratum(seed: int, stratum: tuple[str, int]) -> float:
    """Rounds a stratum's share up as often as its fraction says."""
    return _chance(seed, f"{stratum[0]}/{stratum[1]}".encode())


def _chance(seed: int, what: bytes) -> float:
    """From 0 to below 1, the same for the same `what` and seed."""
    digest = blake2b(what, digest_size=8, key=seed.to_bytes(8, "big")).digest()
    return int.from_bytes(digest, "big") / _SCALE
