"""Litter: what systems and storage boxes leave beside photos (junk files, thumbnails, recycle bins).

Nobody means it by "my photos". One list for every way in: litter.json, which the page reads, too.
"""

import json
import re
from collections.abc import Mapping
from importlib.resources import files

_LIST = json.loads(files("shared.photo").joinpath("litter.json").read_text("utf-8"))

LITTER_KINDS: Mapping[str, str] = _LIST["kinds"]
"""What a kind is called when so many of it are told, as in "3 thumbnails"."""

_Patterns = tuple[tuple[re.Pattern[str], str], ...]


def litter_of(relative_path: str) -> str | None:
    """The kind of litter that a file is, one of `LITTER_KINDS`; None if it is none.

    `relative_path` has slashes and begins below what was given: a folder is read whatever its own name is.
    One that ends in a slash is a folder itself. The outermost folder that is litter says what is in it.
    """
    *folders, name = relative_path.split("/")
    for folder in folders:
        if kind := _match(_FOLDERS, folder):
            return kind
    return _match(_FILES, name)


def _match(patterns: _Patterns, name: str) -> str | None:
    """The first of `patterns` that is all of `name`."""
    if name in {"", ".", ".."}:  # no names: steps in a path
        return None
    return next((kind for pattern, kind in patterns if pattern.fullmatch(name)), None)


def _compiled(patterns: Mapping[str, str]) -> _Patterns:
    """Globs in which `*` alone is special, so that the page needs as few lines to read them."""
    return tuple(
        (re.compile(".*".join(map(re.escape, glob.split("*"))), re.IGNORECASE | re.DOTALL), kind)
        for glob, kind in patterns.items()
    )


_FOLDERS = _compiled(_LIST["folders"])
_FILES = _compiled(_LIST["files"])
