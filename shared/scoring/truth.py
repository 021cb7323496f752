"""Whether what a model said is what a person says, and how sure a share of such answers is."""

import math
from dataclasses import dataclass
from typing import Final

from shared.final_name import NOT_A_BIRD, NameRank
from shared.vision.taxonomy import find, lookup_key

_Z: Final = 1.959964
"""Of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class PersonsWord:
    """A person's word."""

    name: str
    scientific_name: str | None
    rank: NameRank


@dataclass(frozen=True, slots=True)
class RightOf:
    """So many of so many."""

    right: int
    of: int

    @property
    def value(self) -> float | None:
        return self.right / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """As `wilson` has it."""
        return wilson(self.right / self.of, self.of) if self.of else None


def wilson(share: float, of: float) -> tuple[float, float]:
    """In which the share of all such photos lies, of 95 in 100 samples (Wilson, 1927), where `share` of a
    sample of `of` are right; also where all or none are."""
    z2 = _Z**2 / of
    middle = (share + z2 / 2) / (1 + z2)
    half = _Z / (1 + z2) * math.sqrt(share * (1 - share) / of + z2 / (4 * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def is_right(label: PersonsWord, name: str, scientific_name: str | None) -> bool:
    """Whether a model's best species, or `Not a bird`, is that, or belongs to it."""
    if label.rank is NameRank.NOT_A_BIRD or name == NOT_A_BIRD:
        return label.rank is NameRank.NOT_A_BIRD and name == NOT_A_BIRD
    if label.rank is NameRank.BIRD:
        return True
    if lookup_key(name) == lookup_key(label.name) or (
        scientific_name is not None and scientific_name == label.scientific_name
    ):
        return True
    taxon = find(scientific_name or name)
    if taxon is None or label.rank not in (NameRank.GENUS, NameRank.FAMILY, NameRank.ORDER):
        return False
    group: str | None = getattr(taxon, label.rank)
    return group == (label.scientific_name or label.name)
