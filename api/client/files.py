"""Files to upload: what they are called, how large they are, what is in them."""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from os import fstat
from pathlib import Path

from shared.photo.sniff import SNIFF_BYTES, is_archive

GROUP_FILES = 100  # in one announcement or form: many enough to cost little, few enough to see them go
GROUP_BYTES = 32 * 1024 * 1024  # of large photos fewer go together, so that the first answers come early


class FileChangedError(OSError):
    """The file is no longer what it was when it was found."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """`name` is what the server calls it; size in bytes; an archive is unpacked by the server."""

    path: Path
    name: str
    size: int
    archive: bool = False

    @classmethod
    def found(cls, path: Path, name: str | None = None) -> "LocalFile":
        """The file at `path`, by default under its base name. Raises OSError."""
        with path.open("rb") as file:
            head = file.read(SNIFF_BYTES)
            return cls(path, clean_name(name or path.name), fstat(file.fileno()).st_size, is_archive(head))

    def open(self) -> BufferedReader:
        """Open for reading. Raises `FileChangedError` if the size is another now, OSError if it is gone."""
        file = self.path.open("rb")
        if fstat(file.fileno()).st_size != self.size:
            file.close()
            raise FileChangedError("the file was changed while it was being sent")
        return file

    def sha256(self) -> str:
        """In hexadecimal. Raises OSError."""
        with self.open() as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def clean_name(name: str) -> str:
    """File names may be any bytes; what is sent as a name must be text of one line."""
    text = name.encode("utf-8", "replace").decode()
    return text if text.isprintable() else "".join(c for c in text if unicodedata.category(c) != "Cc")


def grouped(files: Iterable[LocalFile]) -> Iterator[list[LocalFile]]:
    """Files that travel together, in the order given; an archive travels alone."""
    group: list[LocalFile] = []
    for file in files:
        if group and _full(group, file):
            yield group
            group = []
        group.append(file)
    if group:
        yield group


def _full(group: list[LocalFile], file: LocalFile) -> bool:
    return (
        len(group) == GROUP_FILES
        or sum(other.size for other in group) + file.size > GROUP_BYTES
        or file.archive
        or group[-1].archive
    )
