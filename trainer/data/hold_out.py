"""Data sets of links to another's photos (symlinks): a part held out, or several splits together."""

import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random

from trainer.data.data_set import HOLD_OUT, NO_BIRDS, SPLITS, DataSet
from trainer.data.errors import DataSetError
from trainer.data.example import Example


def hold_out(
    data: DataSet,
    folder: Path,
    *,
    share: float,
    seed: int,
    source: str = "train",
    held: str = HOLD_OUT,
    most: int | None = None,
) -> None:
    """Make a data set of links in `folder`: the species of the split `source`, `share` of it in `held`.

    The rest of `source` is its train/. Species by species, so that rare ones are among them: at least one
    photo of each, at most `most`, and one left to learn from. What lies beside the splits (`notbird/`,
    `birds.csv`) is linked, too.

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
        wanted = max(1, round(share * len(found)))
        chosen = set(random.sample(found, wanted if most is None else min(wanted, most)))
        for example in found:
            _link(example.path, folder / (held if example in chosen else "train") / species)
    for example in data.examples:
        if example.species in by_species and example.split not in ("train", source, held):
            _link(example.path, folder / example.split / example.species)
    _link_what_is_beside(data, folder)


def pool(data: DataSet, folder: Path, splits: Sequence[str], no_birds: Path | None = None) -> None:
    """Make a data set of links in `folder` whose train/ is all `splits` together; every split stays beside.

    `no_birds` is a folder that becomes its notbird/.

    A model that learns from valid/ can't be selected by it: hold out of this set, or take the last epoch.
    Raises `DataSetError`, OSError.
    """
    if folder.exists() and any(folder.iterdir()):
        raise DataSetError(f"{folder} is not empty")
    for example in data.examples:
        if example.split in splits:  # splits may have photos of one name
            _link(example.path, folder / "train" / example.species, f"{example.split}-{example.path.name}")
        if example.split != "train":
            _link(example.path, folder / example.split / example.species)
    _link_what_is_beside(data, folder)
    if no_birds is not None:
        _link(no_birds, folder, NO_BIRDS)


def _link_what_is_beside(data: DataSet, folder: Path) -> None:
    for beside in data.folder.iterdir():
        if beside.name not in SPLITS:
            _link(beside, folder)


def _link(path: Path, folder: Path, name: str | None = None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    os.symlink(path.resolve(), folder / (name or path.name))
