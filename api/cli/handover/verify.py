"""`birds verify`: is a handover as it was made, and does it add up? Needs neither server nor network."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.cli.running import EXIT_ALL_DONE, EXIT_SOME_FAILED, CouldNotRunError, counted, say

MANIFEST = "manifest.json"
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found, and what is wrong with it."""

    manifest: dict[str, Any]
    sha256: str
    """Of the manifest: who knows it knows that nothing was changed, the manifest itself included."""
    faults: list[str]


def verify_folder(folder: Path, expected: str | None) -> int:
    """Says what is wrong, and what the manifest's SHA-256 is; the exit status. Raises `CouldNotRunError`."""
    verified = verified_folder(folder)
    faults = list(verified.faults)
    if expected is not None and expected.lower() != verified.sha256:
        faults.append(f"{MANIFEST}: it is not the one of that SHA-256")
    for fault in faults:
        say(fault)
    files = len(verified.manifest.get("files", {}))
    verdict = "as they were made" if not faults else f"{counted(len(faults), 'fault')} found"
    say(f"{counted(files, 'file')}: {verdict}")
    print(f"{MANIFEST} sha256 {verified.sha256}")
    return EXIT_SOME_FAILED if faults else EXIT_ALL_DONE


def verified_folder(folder: Path) -> Verified:
    """Raises `CouldNotRunError` where there is no manifest that can be read."""
    try:
        data = (folder / MANIFEST).read_bytes()
        manifest = json.loads(data)
        files = dict(manifest["files"])
    except OSError as error:
        raise CouldNotRunError(f"{folder / MANIFEST}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise CouldNotRunError(f"{folder / MANIFEST} is no manifest of a handover") from None
    faults = [*_changed(folder, files), *_strange(folder, files)]
    if not faults:
        faults = [*_sums(manifest), *_rows(folder, manifest)]
    return Verified(manifest, hashlib.sha256(data).hexdigest(), faults)


def _changed(folder: Path, files: dict[str, Any]) -> Iterator[str]:
    for name, said in files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            yield f"{name}: it is outside of the folder"
        elif not path.is_file():
            yield f"{name}: it is missing"
        elif path.stat().st_size != said.get("bytes") or _sha256(path) != said.get("sha256"):
            yield f"{name}: it was changed"


def _strange(folder: Path, files: dict[str, Any]) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_dir() and name != MANIFEST and name not in files:
            yield f"{name}: the manifest does not know it"


def _sums(manifest: dict[str, Any]) -> Iterator[str]:
    """The ledger's counts, those of the rows, and those of models and people."""
    try:
        counts, rows = manifest["counts"], manifest["rows"]
        if counts["accepted"] != counts["queued"] + counts["done"] + counts["failed"]:
            yield "counts: accepted is not queued, done and failed together"
        for state in ("done", "failed"):
            if counts[state] != rows[state]:
                yield f"counts: the ledger says {counts[state]:,} {state}, the rows {rows[state]:,}"
        for kind in ("refused", "left_out"):  # of very many not each is kept by name
            if rows[kind] > counts[kind]:
                yield f"counts: more files are listed as {kind} than there were"
        if sum(one["photos"] for one in manifest["reviewers"]) != manifest["reviewed"]:
            yield "reviewers: they are not those of all reviewed photos"
        if sum(one["photos"] for one in manifest["models"]) > rows["done"] + rows["failed"]:
            yield "models: they answered more photos than there are"
    except (KeyError, TypeError):
        yield f"{MANIFEST}: counts are missing"


def _rows(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """Tables have a row for each photo, and each file that was refused, that is not said to be left out."""
    given = sum(manifest["rows"].values())
    for kind, (name, count) in _TABLES.items():
        if kind in manifest["formats"]:
            wanted = given - sum(manifest["formats"][kind]["left_out"].values())
            found = count(folder / name)
            if found != wanted:
                yield f"{name}: it has {found:,} rows where {wanted:,} are due"


def _csv_rows(path: Path) -> int:
    with path.open(newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


_TABLES: dict[str, tuple[str, Callable[[Path], int]]] = {
    "csv": ("results.csv", _csv_rows),
    "jsonl": ("results.jsonl", _lines),
    "camtrap-dp": ("camtrap-dp/media.csv", _csv_rows),
    "dwca": ("dwca/occurrence.csv", _csv_rows),
}


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
