"""What is to be known of a data set: its classes, its damage, and what stands in it twice."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from trainer.data.data_set import SPLITS, DataSet
from trainer.data.example import Example
from trainer.inspection.duplicates import Pair, duplicate_pairs
from trainer.inspection.fingerprints import Broken, Fingerprint, fingerprints


@dataclass(frozen=True, slots=True)
class Inspection:
    """`leaks` are pictures that stand in two splits: who has learnt one by heart need not recognise it."""

    counts: dict[str, dict[str, int]]  # photos by split and species
    broken: tuple[Broken, ...]
    repeats: tuple[Pair, ...]  # within a split
    leaks: tuple[Pair, ...]

    @property
    def imbalance(self) -> float:
        """Photos to train on, of the most frequent species over the rarest; 1 where there are none."""
        train = self.counts["train"].values()
        return max(train) / min(train) if train else 1.0

    @property
    def missing(self) -> list[tuple[str, str]]:
        """(split, species) where a split has none of a species that another one has."""
        everywhere = {species for found in self.counts.values() for species in found}
        return [
            (split, species)
            for split in SPLITS
            if self.counts[split]
            for species in sorted(everywhere - set(self.counts[split]))
        ]


def inspect(data: DataSet, processes: int = 0) -> Inspection:
    """Decode and compare all photos, in `processes` processes (0: one per core)."""
    found = list(fingerprints((example.path for example in data.examples), processes or os.cpu_count() or 1))
    prints = [one for one in found if isinstance(one, Fingerprint)]
    split = {example.path: example.split for example in data.examples}
    pairs = list(duplicate_pairs(prints))
    leaks = [pair for pair in pairs if split[pair.first.path] != split[pair.second.path]]
    return Inspection(
        counts={name: _counts(data.of(name)) for name in SPLITS},
        broken=tuple(one for one in found if isinstance(one, Broken)),
        repeats=tuple(pair for pair in pairs if pair not in leaks),
        leaks=tuple(leaks),
    )


def _counts(examples: Sequence[Example]) -> dict[str, int]:
    return dict(Counter(example.species for example in examples))
