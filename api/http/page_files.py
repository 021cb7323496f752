"""The page's files at addresses that change with them: a browser that has them asks for none again."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

FOREVER: Final = "public, max-age=31536000, immutable"
ASK: Final = "no-cache"
_DIGITS: Final = 16  # hexadecimal, of the digest

Stamp = tuple[tuple[str, int, int], ...]


class PageFiles:
    """Those below `folder`, of which `index.html` names the first ones, as `static/…`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._version = ""  # that was named last

    def index(self) -> str:
        """With the version in its addresses: the same on every machine that has the same files."""
        self._version = _digest(self._folder, self._stamp())
        text = (self._folder / "index.html").read_text("utf-8")
        return text.replace('"static/', f'"static/{self._version}/')

    def file(self, path: str, version: str) -> tuple[Path, str] | None:
        """Where it lies, and how long it may be kept; None where there is none.

        Of another version, which another replica serves, there is what there is here, for once.
        """
        found = (self._folder / path).resolve()
        if not found.is_relative_to(self._folder.resolve()) or not found.is_file():
            return None
        return found, FOREVER if version == self._version else ASK

    def _stamp(self) -> Stamp:
        paths = sorted(path for path in self._folder.rglob("*") if path.is_file())
        stats = [(path, path.stat()) for path in paths]
        return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats)


@lru_cache(maxsize=1)
def _digest(folder: Path, stamp: Stamp) -> str:
    """Read anew only where a file was changed."""
    digest = hashlib.sha256()
    for path, *_ in stamp:
        digest.update(f"{Path(path).relative_to(folder).as_posix()}\0".encode())
        digest.update(hashlib.sha256(Path(path).read_bytes()).digest())
    return digest.hexdigest()[:_DIGITS]
