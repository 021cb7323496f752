"""The lowest rank of which a model is sure enough (rolling up): species, genus, family, order, bird."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.final_name import NOT_A_BIRD, UNCERTAIN, UNKNOWN_BIRD, NameRank, RolledName
from shared.vision.answers import DECIMALS
from shared.vision.no_bird import NO_BIRD_BELOW
from shared.vision.taxonomy import Taxon


@dataclass(frozen=True, slots=True)
class _Groups:
    """The taxa of one rank that a model's species belong to."""

    rank: NameRank
    names: Sequence[str]
    columns: NDArray[np.intp]
    """Species that belong to any, those of one group side by side."""
    starts: NDArray[np.intp]
    """Where each group begins among them."""

    def best(self, probabilities: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Of each row (M, species) the most probable group, and its sum."""
        sums = np.add.reduceat(probabilities[:, self.columns], self.starts, axis=1)
        first = sums.argmax(axis=1)
        return first, sums[np.arange(len(sums)), first]


class RollUp:
    """Of one model."""

    def __init__(
        self, species: Sequence[str], scientific_names: Sequence[str | None], taxa: Sequence[Taxon | None]
    ) -> None:
        """Three of the same length; what is no taxon stands alone, below "bird"."""
        self._named = [
            RolledName(name, scientific, NameRank(taxon.rank) if taxon else NameRank.SPECIES, None)
            for name, scientific, taxon in zip(species, scientific_names, taxa, strict=True)
        ]
        ranks = (NameRank.GENUS, NameRank.FAMILY, NameRank.ORDER)
        self._groups = [found for rank in ranks if (found := _groups(rank, taxa)) is not None]

    def __call__(
        self,
        best: NDArray[np.intp],
        probabilities: NDArray[np.float64],
        birds: NDArray[np.float64] | None,
        threshold: float,
        thresholds: NDArray[np.float64],
    ) -> list[RolledName]:
        """A name for each of N photos.

        `best` (N,) is the most probable species, `probabilities` (N, species) are among birds, `birds` (N,)
        that there is one, None where the model does not tell: then it is taken for granted.
        `thresholds` (species,) are those of the species, `threshold` that of everything above them.
        """
        rows = np.arange(len(best))
        bird = np.ones(len(best)) if birds is None else birds
        found: list[RolledName | None] = [None] * len(best)
        first = _rounded(probabilities[rows, best] * bird)
        is_none = bird < NO_BIRD_BELOW
        for row in np.flatnonzero(is_none).tolist():
            found[row] = RolledName(NOT_A_BIRD, None, NameRank.NOT_A_BIRD, _rounded(1 - bird[row]).item())
        sure = ~is_none & (first >= thresholds[best])
        for row in np.flatnonzero(sure).tolist():
            one = self._named[best[row]]
            found[row] = RolledName(one.name, one.scientific_name, one.rank, first[row].item())
        left = np.flatnonzero(~is_none & ~sure)
        for groups in self._groups:
            which, sums = groups.best(probabilities[left] * bird[left, None])
            sums = _rounded(sums)
            reached = sums >= threshold
            for row, group, total in zip(
                left[reached].tolist(), which[reached].tolist(), sums[reached].tolist(), strict=True
            ):
                name = groups.names[group]
                found[row] = RolledName(name, name, groups.rank, min(total, 1.0))
            left = left[~reached]
        for row in left.tolist():
            found[row] = _bird_or_nothing(None if birds is None else _rounded(birds[row]).item(), threshold)
        return [one for one in found if one is not None]


def _bird_or_nothing(bird: float | None, threshold: float) -> RolledName:
    if bird is None or bird >= threshold:
        return RolledName(UNKNOWN_BIRD, None, NameRank.BIRD, bird)
    return RolledName(UNCERTAIN, None, NameRank.UNCERTAIN, None)


def _groups(rank: NameRank, taxa: Sequence[Taxon | None]) -> _Groups | None:
    """None where no species belongs to any: a model that knows no birds of the list."""
    of_species = [None if one is None else getattr(one, rank) for one in taxa]
    names = sorted({one for one in of_species if one is not None})
    place = {name: number for number, name in enumerate(names)}
    members = sorted((place[name], column) for column, name in enumerate(of_species) if name is not None)
    if not members:
        return None
    numbers, columns = (np.array(each, np.intp) for each in zip(*members, strict=True))
    return _Groups(rank, names, columns, np.searchsorted(numbers, np.arange(len(names))))


def _rounded(values: Any) -> Any:
    return np.round(values, DECIMALS)
