"""Photos that arrive in a folder: each is told once, when it is complete."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from api.cli.sending.walk import find_photos
from api.client import LocalFile

COPIED_AS = frozenset((".part", ".partial", ".crdownload", ".download", ".tmp", ".filepart", ".!sync"))
"""What programs call a file until it is complete; then it gets its own name."""

Signature = tuple[int, int]  # bytes, time of change in nanoseconds


@dataclass
class Arriving:
    """The photos below a folder that have not been taken yet. Looks again and again, for nobody tells what
    other machines change in a folder of the network."""

    folder: Path
    _seen: dict[str, Signature] = field(default_factory=dict)
    _taken: dict[str, Signature] = field(default_factory=dict)

    def look(self) -> list[LocalFile]:
        """Those that have not changed since the last look, the empty ones left out. Raises `CouldNotRunError`
        where the folder is gone."""
        found = {file.path: file for file in find_photos([self.folder]).files}
        before, self._seen = self._seen, _signatures(found)
        self._taken = {path: taken for path, taken in self._taken.items() if path in found}
        return [
            found[path]
            for path, signature in self._seen.items()
            if before.get(path) == signature != self._taken.get(path) and found[path].size
        ]

    def took(self, files: list[LocalFile]) -> None:
        """They are not told again, unless they change."""
        self._taken |= {file.path: self._seen[file.path] for file in files}


def _signatures(found: dict[str, LocalFile]) -> dict[str, Signature]:
    signatures = {}
    for path, file in found.items():
        if os.path.splitext(path)[1].lower() not in COPIED_AS:
            try:
                signatures[path] = (file.size, os.stat(path).st_mtime_ns)
            except OSError:
                pass  # gone again
    return signatures
