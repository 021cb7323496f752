"""Finds the photos that a person means by files, folders and zips."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from api.cli.running import CouldNotRunError
from api.client.files import LocalFile, clean_name
from shared.photo.sniff import RAW_SUFFIXES, SNIFF_BYTES, TIFF, ZIP, content_type

# Judged by name, so that a folder of a million photos is listed without opening one.
PHOTO_SUFFIXES = frozenset((
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".heic", ".heif", ".hif", ".avif", ".tif",
    ".tiff", ".bmp",
)) | RAW_SUFFIXES  # fmt: skip
JUNK_FOLDERS = frozenset(("__MACOSX", "@eaDir", "$RECYCLE.BIN", "System Volume Information"))


@dataclass
class Findings:
    """Files to send in a stable order; what a folder held that is no photo, by suffix; what can't be read."""

    files: list[LocalFile] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    unreadable: list[tuple[str, str]] = field(default_factory=list)

    def skipped_line(self) -> str | None:
        if not self.skipped:
            return None
        kinds = ", ".join(f"{count:,} {suffix}" for suffix, count in self.skipped.most_common())
        return f"skipped {self.skipped.total():,} that are no photos: {kinds}"


def find_photos(paths: Sequence[Path]) -> Findings:
    """All photos under `paths`. A file that is named is always sent; in folders, photos are picked.

    Photos in a folder are named from that folder on: `trip/day 1/a.jpg` for the path `…/trip`.
    Raises `CouldNotRunError` for a path that is not there.
    """
    findings = Findings()
    for path in paths:
        # Not resolved: a link is called what the person calls it.
        absolute = Path(os.path.abspath(path))
        try:
            if absolute.is_dir():
                _add_folder(findings, absolute, absolute.name)
            else:
                findings.files.append(LocalFile.found(absolute))
        except OSError as error:
            raise CouldNotRunError(f"{path}: {error.strerror}") from None
    return findings


def _add_folder(findings: Findings, folder: Path, name: str) -> None:
    """Everything below `folder` by name, but what is hidden and what systems leave behind."""
    with os.scandir(folder) as listing:
        entries = sorted(listing, key=lambda entry: entry.name)
    for entry in entries:
        if entry.name.startswith(".") or entry.name in JUNK_FOLDERS:
            continue
        try:
            _add_entry(findings, entry, f"{name}/{entry.name}" if name else entry.name)
        except OSError as error:
            findings.unreadable.append((clean_name(f"{name}/{entry.name}"), error.strerror or str(error)))


def _add_entry(findings: Findings, entry: "os.DirEntry[str]", name: str) -> None:
    if entry.is_dir(follow_symlinks=False):  # a link to a folder may lead in circles
        _add_folder(findings, Path(entry.path), name)
    elif entry.is_file():  # no pipe, which would be waited for
        if _is_photo(entry):
            findings.files.append(LocalFile(Path(entry.path), clean_name(name), entry.stat().st_size))
        else:
            findings.skipped[Path(entry.name).suffix.lower() or "without suffix"] += 1


def _is_photo(entry: "os.DirEntry[str]") -> bool:
    suffix = os.path.splitext(entry.name)[1].lower()
    return suffix in PHOTO_SUFFIXES or _looks_like_photo(entry.path)


def _looks_like_photo(path: str) -> bool:
    """By its first bytes. Not TIFF: raw files of scanners and microscopes begin like it, too."""
    with open(path, "rb") as file:
        return content_type(file.read(SNIFF_BYTES)) not in {None, ZIP, TIFF}
