"""Finds the photos that a person means by files, folders and zips."""

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from api.cli.running import CouldNotRunError
from api.cli.sending.findings import AGAIN, Findings
from api.cli.sending.roots import named_roots
from api.client.files import LocalFile, clean_name
from shared.photo.litter import litter_of
from shared.photo.meant import ARCHIVE_SUFFIX, OTHER, begins_like_photo, has_meant_name, suffix_of
from shared.photo.sniff import SNIFF_BYTES, is_raw_name

DANGLES = "the link leads to nothing"
NO_FILE = "this is neither a file nor a folder"


def find_photos(paths: Sequence[Path]) -> Findings:
    """All photos under `paths`. A file that is named is always sent; in folders, photos and zips are picked.

    Photos in a folder are named from that folder on: `trip/day 1/a.jpg` for the path `…/trip`.
    Raises `CouldNotRunError` for a path that is not there.
    """
    for path in paths:
        if not os.path.lexists(path):
            raise CouldNotRunError(f"{path}: No such file or directory")
    walk = _Walk()
    for root, name in named_roots(paths):
        walk.take_root(root, name)
    walk.follow_links()
    return walk.findings


@dataclass(frozen=True, slots=True)
class _Place:
    """Something in a folder; `litter`: its kind, where it is in a folder of litter."""

    path: str
    name: str
    is_folder: bool
    litter: str | None = None


class _Walk:
    """One search. Linked folders are read last, under the link's name, unless they were read already."""

    def __init__(self) -> None:
        self.findings = Findings()
        self._read: set[tuple[int, int]] = set()  # device and inode of folders
        self._links: list[_Place] = []

    def take_root(self, root: Path, name: str) -> None:
        """A path that a person named; it is what they mean, whatever it is called."""
        try:
            if root.is_dir():
                self._read_folder(_Place(str(root), name, is_folder=True))
            elif root.is_file():
                self.findings.files.append(LocalFile.found(root, name))
            else:
                root.stat()
                self.findings.refuse(name, NO_FILE)
        except OSError as error:
            self.findings.refuse(name, _why(str(root), error))

    def follow_links(self) -> None:
        while self._links:  # one may lead to a folder with others
            self._read_folder(self._links.pop(0))

    def _read_folder(self, root: _Place) -> None:
        """Everything below in the order of names; by a list, since folders may lie deeper than calls can."""
        to_read = [root]
        while to_read:
            place = to_read.pop()
            try:
                if place.is_folder:
                    to_read.extend(reversed(self._places(place)))
                elif place.litter:
                    self.findings.leave_out(place.name, place.litter)
                else:
                    self._take(place)
            except OSError as error:
                if place.litter:
                    self.findings.leave_out(place.name, place.litter)
                else:
                    self.findings.refuse(place.name, _why(place.path, error))

    def _places(self, folder: _Place) -> list[_Place]:
        """What is in the folder, or nothing where it was read before."""
        found = os.stat(folder.path)
        if (found.st_dev, found.st_ino) in self._read:
            self.findings.leave_out(f"{folder.name}/", AGAIN)
            return []
        self._read.add((found.st_dev, found.st_ino))
        below = f"{folder.name}/" if folder.name else ""
        with os.scandir(folder.path) as listing:
            places = [
                _Place(
                    entry.path,
                    below + entry.name,
                    entry.is_dir(follow_symlinks=False),
                    folder.litter or litter_of(f"{entry.name}/" if os.path.isdir(entry) else entry.name),
                )
                for entry in listing  # each is gone before the next: there may be a million in one folder
            ]
        places.sort(key=_order)
        return places

    def _take(self, place: _Place) -> None:
        found = os.stat(place.path)
        if stat.S_ISDIR(found.st_mode):
            self._links.append(replace(place, is_folder=True))
        elif not stat.S_ISREG(found.st_mode):  # a pipe would be waited for
            self.findings.refuse(place.name, NO_FILE)
        else:
            self._take_file(place, found.st_size)

    def _take_file(self, place: _Place, size: int) -> None:
        if suffix_of(place.path) == ARCHIVE_SUFFIX:
            self.findings.files.append(LocalFile.found(Path(place.path), place.name))
        elif has_meant_name(place.path) or begins_like_photo(_head(place.path)):
            self.findings.files.append(LocalFile(place.path, clean_name(place.name), size))
        else:
            self.findings.leave_out(place.name, OTHER, suffix_of(place.path))


def _order(place: _Place) -> tuple[str, bool, str]:
    """By name; a raw file right behind its picture, so that the two, which are one photo, travel together."""
    stem = place.name if place.is_folder else os.path.splitext(place.name)[0]
    return stem, is_raw_name(place.name), place.name


def _why(path: str, error: OSError) -> str:
    if isinstance(error, FileNotFoundError) and os.path.islink(path):
        return DANGLES
    return error.strerror or str(error)


def _head(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(SNIFF_BYTES)
