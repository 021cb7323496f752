"""Data sets: folders in the Kaggle layout, or images with lists beside them.

The Kaggle layout is `train|valid|test/<SPECIES>/*.jpg` and, where it is there, `birds.csv`.
"""

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trainer.data.errors import DataSetError
from trainer.data.example import Example
from trainer.data.lists import has_lists, listed_examples
from trainer.data.sieve import Sieve

HOLD_OUT = "holdout"  # of train: a second test, by `birds-train hold-out`
NO_BIRDS = "notbird"  # beside the splits: photos of anything else
MANIFEST = "dataset.json"  # of what `birds dataset export` has made
DIGITS = 12  # of a digest, in words
SPLITS = ("train", "valid", "test", HOLD_OUT)


@dataclass(frozen=True, slots=True)
class DataSet:
    """`species` is sorted: a species' place in it is its class."""

    folder: Path
    examples: tuple[Example, ...]
    species: tuple[str, ...]
    scientific_names: dict[str, str]
    no_birds: tuple[Path, ...] = ()
    version: str | None = None
    """Of an exported set: its version and the beginning of its digest."""

    @property
    def title(self) -> str:
        """What a bundle says that it learned from."""
        return self.folder.name if self.version is None else f"{self.folder.name} {self.version}"

    def of(self, split: str) -> tuple[Example, ...]:
        return tuple(example for example in self.examples if example.split == split)

    @property
    def no_birds_learned(self) -> tuple[Path, ...]:
        """The half of `no_birds` that models may learn from; the other half is for measuring alone."""
        return tuple(path for path in self.no_birds if _is_learned(path))

    @property
    def no_birds_measured(self) -> tuple[Path, ...]:
        return tuple(path for path in self.no_birds if not _is_learned(path))


def read_data_set(folder: Path) -> DataSet:
    """Find all photos; none is opened. Litter is passed over, and told in the log.

    Raises `DataSetError` where there are none, and for an export that was ended early.
    """
    if not folder.is_dir():
        raise DataSetError(f"{folder} is not a folder")
    sieve = Sieve(folder)
    examples = tuple(listed_examples(folder) if has_lists(folder) else _examples(folder, sieve))
    no_birds = tuple(sieve.photos((folder / NO_BIRDS).rglob("*")))
    sieve.tell()
    if not examples:
        raise DataSetError(f"{folder} has neither train/<SPECIES>/*.jpg nor images.txt")
    species = tuple(sorted({example.species for example in examples}))
    return DataSet(folder, examples, species, _scientific_names(folder), no_birds, _version(folder))


def photos_below(folder: Path) -> tuple[Path, ...]:
    """All of a folder's, at any depth, sorted, without litter. Raises `DataSetError` where there are none."""
    sieve = Sieve(folder)
    found = tuple(sieve.photos(folder.rglob("*")))
    sieve.tell()
    if not found:
        raise DataSetError(f"{folder} has no photos")
    return found


def _version(folder: Path) -> str | None:
    path = folder / MANIFEST
    if not path.exists():
        return None
    try:
        said = json.loads(path.read_bytes())
        if not said["complete"]:
            raise DataSetError(f"{folder} was not exported to its end: run birds dataset export again")
        return f"version {int(said['version'])} (sha256 {str(said['digest'])[:DIGITS]})"
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, DataSetError):
            raise
        raise DataSetError(f"{path} is no manifest of an exported data set") from error


def _is_learned(path: Path) -> bool:
    """By the split that it lies in, as exports have it; else by the digest of its name: the same on every
    machine, whatever else joins the folder."""
    if path.parent.name in SPLITS:
        return path.parent.name == "train"
    return hashlib.sha256(path.name.encode()).digest()[0] % 2 == 0


def _examples(folder: Path, sieve: Sieve) -> Iterator[Example]:
    for split in SPLITS:
        for path in sieve.photos((folder / split).glob("*/*")):
            yield Example(path, split, path.parent.name)


def _scientific_names(folder: Path) -> dict[str, str]:
    """By species, where the set says them."""
    table = folder / "birds.csv"
    if not table.exists():
        return {}
    with table.open(newline="", encoding="utf-8-sig") as file:
        return {
            row["labels"].strip(): row["scientific name"].strip().capitalize()
            for row in csv.DictReader(file)
            if row.get("labels") and row.get("scientific name")
        }
