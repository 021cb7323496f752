"""A data set's folder: `dataset.json`, a table of its photos, and the photos, each called by its digest."""

import csv
import io
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from api.cli.dataset.splits import WITHHELD
from api.cli.running import CouldNotRunError

MANIFEST: Final = "dataset.json"
TABLE: Final = "photos.csv"
SCIENTIFIC_NAMES: Final = "birds.csv"
NO_BIRDS: Final = "notbird"
FORMAT: Final = "birds-dataset/1"
_COLUMNS = ("sha256", "split", "species", "scientific_name", "path", "photo_id", "batch_id", "group")
_PHOTO = re.compile(r"[0-9a-f]{64}\.(jpg|png|webp)(\.part)?")


@dataclass(frozen=True, slots=True)
class PlacedPhoto:
    """A row of the table; `path` is empty of what is withheld, `species` of what is no bird."""

    sha256: str
    split: str
    species: str
    scientific_name: str
    path: str
    photo_id: str
    batch_id: str
    group: str


@dataclass(frozen=True, slots=True)
class DatasetBefore:
    """What the folder held; of a new one nothing."""

    version: int
    digest: str
    seed: int
    splits: Mapping[str, str]
    """By photo's digest."""


def folder_of(species: str | None, split: str) -> str:
    """Below the data set's; None: photos without a bird, which lie beside the splits."""
    return f"{NO_BIRDS}/{split}" if species is None else f"{split}/{species}"


def read_before(folder: Path) -> DatasetBefore | None:
    """None where there is none yet. Raises `CouldNotRunError` for a folder of something else."""
    manifest = folder / MANIFEST
    if not manifest.exists():
        ours = (TABLE, SCIENTIFIC_NAMES)  # of a run that was ended before the manifest was there
        strange = [one for one in _files(folder) if not _PHOTO.fullmatch(one.name) and one.name not in ours]
        if strange:
            raise CouldNotRunError(f"{folder} is there already, and no data set of Birds: {strange[0].name}")
        return None
    try:
        said = json.loads(manifest.read_bytes())
        if said["format"] != FORMAT:
            raise ValueError
        with (folder / TABLE).open(newline="", encoding="utf-8") as file:
            splits = {row["sha256"]: row["split"] for row in csv.DictReader(file)}
        return DatasetBefore(int(said["version"]), str(said["digest"]), int(said["seed"]), splits)
    except (OSError, ValueError, KeyError, TypeError):
        raise CouldNotRunError(f"{manifest} or {TABLE} beside it can't be read") from None


def digest_of(photos: Iterable[PlacedPhoto]) -> str:
    """Of what is learned and measured: photos, names and splits, whichever batches they are from."""
    lines = sorted(
        f"{one.sha256}\t{one.split}\t{one.species}\t{one.scientific_name}\n"
        for one in photos
        if one.split != WITHHELD
    )
    return sha256("".join(lines).encode()).hexdigest()


def photos_there(folder: Path) -> dict[str, Path]:
    """By digest; what a run that was ended has left half is removed."""
    found = {}
    for path in _files(folder):
        if _PHOTO.fullmatch(path.name):
            if path.suffix == ".part":
                path.unlink()
            else:
                found[path.stem] = path
    return found


def write_tables(folder: Path, photos: Iterable[PlacedPhoto], manifest: Mapping[str, Any]) -> None:
    """The manifest last: once it says `complete`, all of it is there."""
    rows = sorted(photos, key=lambda one: (one.path, one.sha256))
    _write(folder / TABLE, _table(_COLUMNS, ([getattr(one, name) for name in _COLUMNS] for one in rows)))
    names = sorted(
        {(one.species, one.scientific_name) for one in rows if one.species and one.scientific_name}
    )
    _write(folder / SCIENTIFIC_NAMES, _table(("labels", "scientific name"), names))
    write_manifest(folder, manifest)


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    _write(folder / MANIFEST, json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")


def unfinish(folder: Path) -> None:
    """Says that photos and tables need not fit each other, until it is written again."""
    manifest = folder / MANIFEST
    if manifest.exists():
        write_manifest(folder, {**json.loads(manifest.read_bytes()), "complete": False})


def remove(folder: Path, paths: Iterable[Path]) -> None:
    """These photos, and folders that are empty."""
    for path in paths:
        path.unlink()
    for place in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(place.iterdir()):
            place.rmdir()


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if not path.is_dir()) if folder.is_dir() else iter(())


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    table.writerows(rows)
    return text.getvalue()


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
