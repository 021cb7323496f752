"""Files to upload: what they are called, how large they are, what is in them."""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from os import fstat
from os.path import splitext
from pathlib import Path

from shared.photo.sniff import SNIFF_BYTES, is_archive, is_raw_name

GROUP_FILES = 100  # in one announcement or form: many enough to cost little, few enough to see them go
GROUP_BYTES = 32 * 1024 * 1024  # of large photos fewer go together, so that the first answers come early
BLOCK_BYTES = 256 * 1024  # one trip to a thread reads this much: many small photos, or a piece of a large one
MAX_NAME = 1024  # characters that a server takes; the end of a long path tells more than its beginning


CHANGED = "the file was changed while it was being sent"


class FileChangedError(OSError):
    """The file is no longer what it was when it was found."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """`name` is what the server calls it; size in bytes; an archive is unpacked by the server."""

    path: str
    name: str
    size: int
    archive: bool = False

    @classmethod
    def found(cls, path: Path, name: str | None = None) -> "LocalFile":
        """The file at `path`, by default under its base name. Raises OSError."""
        with path.open("rb") as file:
            head = file.read(SNIFF_BYTES)
            size = fstat(file.fileno()).st_size
        return cls(str(path), clean_name(name or path.name), size, is_archive(head))

    def blocks(self) -> Iterator[bytes]:
        """Its bytes, `size` in all. Raises `FileChangedError` if it has another size, OSError if it can't be
        read to its end; before the first block where the file has no more than one."""
        with open(self.path, "rb") as file:
            if fstat(file.fileno()).st_size != self.size:
                raise FileChangedError(CHANGED)
            for start in range(0, self.size, BLOCK_BYTES):
                wanted = min(BLOCK_BYTES, self.size - start)
                block = file.read(wanted)
                if len(block) < wanted:
                    raise FileChangedError(CHANGED)
                yield block

    def sha256(self) -> str:
        """In hexadecimal. Raises OSError."""
        digest = hashlib.sha256()
        for block in self.blocks():
            digest.update(block)
        return digest.hexdigest()


def clean_name(name: str) -> str:
    """File names may be any bytes; what is sent as a name is text of one line, of `MAX_NAME` at most."""
    text = name.encode("utf-8", "replace").decode()
    line = text if text.isprintable() else "".join(c for c in text if unicodedata.category(c) != "Cc")
    return name if line == name and len(line) <= MAX_NAME else line[-MAX_NAME:]  # one text, kept once


def grouped(files: Iterable[LocalFile]) -> Iterator[list[LocalFile]]:
    """Files that travel together, in the order given; an archive travels alone, a pair never apart."""
    group: list[LocalFile] = []
    for file in files:
        if group and _full(group, file):
            yield group
            group = []
        group.append(file)
    if group:
        yield group


def _full(group: list[LocalFile], file: LocalFile) -> bool:
    return not _are_pair(group[-1], file) and (
        len(group) >= GROUP_FILES
        or sum(other.size for other in group) + file.size > GROUP_BYTES
        or file.archive
        or group[-1].archive
    )


def _are_pair(one: LocalFile, other: LocalFile) -> bool:
    """A raw file and its picture, say: the server knows them for one photo where they come together."""
    if one.archive or other.archive or not (is_raw_name(one.name) or is_raw_name(other.name)):
        return False
    return splitext(one.name)[0] == splitext(other.name)[0]
