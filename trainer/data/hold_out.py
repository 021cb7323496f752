"""Part of the training photos becomes a second test, where a set's own is too small to tell models apart."""

import os
from collections import defaultdict
from pathlib import Path
from random import Random

from trainer.data.data_set import HOLD_OUT, SPLITS, DataSet
from trainer.data.errors import DataSetError
from trainer.data.example import Example


def hold_out(
    data: DataSet, folder: Path, *, share: float, seed: int, source: str = "train", held: str = HOLD_OUT
) -> None:
    """Make a data set of links in `folder`: the species of the split `source`, `share` of it in `held`.

    The rest of `source` is its train/. Species by species, so that rare ones are among them: at least one
    photo of each, and one left to learn from. What lies beside the splits (`notbird/`, `birds.csv`) is
    linked, too.

    Raises `DataSetError`, OSError.
    """
    by_species: defaultdict[str, list[Example]] = defaultdict(list)
    for example in data.of(source):
        by_species[example.species].append(example)
    if short := [name for name, found in by_species.items() if len(found) < 2]:
        raise DataSetError(f"{short[0]} has a single photo in {source}/: none can be held out")
    if folder.exists() and any(folder.iterdir()):
        raise DataSetError(f"{folder} is not empty")
    random = Random(seed)  # draws photos, no secrets
    for species, found in sorted(by_species.items()):
        chosen = set(random.sample(found, max(1, round(share * len(found)))))
        for example in found:
            _link(example.path, folder / (held if example in chosen else "train") / species)
    for example in data.examples:
        if example.species in by_species and example.split not in ("train", source, held):
            _link(example.path, folder / example.split / example.species)
    for beside in data.folder.iterdir():
        if beside.name not in SPLITS:
            _link(beside, folder)


def _link(path: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    os.symlink(path.resolve(), folder / path.name)
