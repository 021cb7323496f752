"""How what was said compares with the truth: grouping, names, and what was claimed of them."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from shared.final_name import NOT_A_BIRD, NameRank
from shared.vision.taxonomy import find

BANDS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)


@dataclass(frozen=True, slots=True)
class Grouping:
    """Of the same photos by truth and by what was made of them."""

    true: int
    made: int
    whole: int
    """True ones that were made just so."""
    over: int
    """Made ones that hold photos of several true ones."""
    under: int
    """True ones whose photos are in several."""
    precision: float
    """Of pairs of photos that were put together, how many belong together; recall: of those that do."""
    recall: float


def grouping(true: Mapping[str, Hashable], made: Mapping[str, Hashable]) -> Grouping:
    """Both by photo; photos that only one of them has are left out."""
    photos = sorted(true.keys() & made.keys())
    by_true, by_made = _groups(photos, true), _groups(photos, made)
    both = _pairs(Counter((true[photo], made[photo]) for photo in photos).values())
    return Grouping(
        true=len(by_true),
        made=len(by_made),
        whole=len(
            {frozenset(one) for one in by_true.values()} & {frozenset(one) for one in by_made.values()}
        ),
        over=sum(len({true[photo] for photo in one}) > 1 for one in by_made.values()),
        under=sum(len({made[photo] for photo in one}) > 1 for one in by_true.values()),
        precision=both / max(1, _pairs(map(len, by_made.values()))),
        recall=both / max(1, _pairs(map(len, by_true.values()))),
    )


@dataclass(frozen=True, slots=True)
class Named:
    """One thing with the name that it was given and the one that it has; `claimed`: that it is right."""

    truth: str
    true_taxon: str
    """By its scientific name, where it has one."""
    name: str
    rank: NameRank
    claimed: float | None

    @property
    def is_right(self) -> bool:
        """Of a group: whether the bird belongs to it."""
        if self.rank is NameRank.BIRD:
            return self.truth != NOT_A_BIRD
        if self.name == self.truth:
            return True
        taxon = find(self.true_taxon)
        if taxon is None or self.rank in (NameRank.SPECIES, NameRank.NOT_A_BIRD, NameRank.UNCERTAIN):
            return False
        return bool(self.name == getattr(taxon, self.rank))


def at_ranks(named: Sequence[Named]) -> list[tuple[NameRank, int, int]]:
    """Each rank with how many were named there, and how many of these are right."""
    found = [(rank, [one for one in named if one.rank is rank]) for rank in NameRank]
    return [(rank, len(some), sum(one.is_right for one in some)) for rank, some in found if some]


def calibration(named: Sequence[Named]) -> tuple[float, list[tuple[str, int, float, float]]]:
    """Expected calibration error, and per band: how many, the mean that was claimed, the share that is
    right."""
    claims = [(one.claimed, one.is_right) for one in named if one.claimed is not None]
    rows, error = [], 0.0
    for low, high in zip(BANDS, (*BANDS[1:-1], 1.01), strict=False):
        some = [(claimed, right) for claimed, right in claims if low <= claimed < high]
        if some:
            claimed, right = (float(np.mean([one[part] for one in some])) for part in (0, 1))
            error += len(some) / len(claims) * abs(claimed - right)
            rows.append((f"{low:.2f} to {min(1.0, high):.2f}", len(some), claimed, right))
    return error, rows


def _groups(photos: Iterable[str], of: Mapping[str, Hashable]) -> dict[Hashable, set[str]]:
    found: dict[Hashable, set[str]] = defaultdict(set)
    for photo in photos:
        found[of[photo]].add(photo)
    return found


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)
