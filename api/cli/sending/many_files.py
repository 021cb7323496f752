"""A list of files for a card, or a disk, full of them: it takes little more memory than their names."""

import sys
from array import array
from collections.abc import Iterator
from os.path import basename, join, split

from api.client import LocalFile


class ManyFiles:
    """Files in the order in which they were appended; each is made anew for whoever asks.

    A million objects with paths of their own would take 300 MB.
    """

    def __init__(self) -> None:
        self._names: list[str] = []
        self._folders: list[str] = []  # one text for all files in it
        self._sizes = array("q")
        self._bases: dict[int, str] = {}  # of those that are called otherwise in their folder
        self._archives: set[int] = set()

    def append(self, file: LocalFile) -> None:
        folder, base = split(file.path)
        number = len(self._names)
        self._names.append(file.name)
        self._folders.append(sys.intern(folder))
        self._sizes.append(file.size)
        if base != basename(file.name):
            self._bases[number] = base
        if file.archive:
            self._archives.add(number)

    @property
    def photos(self) -> int:
        """As far as is known: how many an archive holds is not."""
        return len(self._names) - len(self._archives)

    @property
    def bytes(self) -> int:
        return sum(self._sizes)

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[LocalFile]:
        files = zip(self._names, self._folders, self._sizes, strict=True)
        for number, (name, folder, size) in enumerate(files):
            base = self._bases.get(number) or basename(name)
            yield LocalFile(join(folder, base), name, size, number in self._archives)
