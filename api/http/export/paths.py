"""A photo's name where a standard asks for a path: relative, one line, no formula, and still to be told."""

import unicodedata
from mimetypes import guess_type
from urllib.parse import quote

from api.http.export.csv_format import cell

_KEPT = " /()[]{}@$&'+,;=!-._~"  # beside letters and digits
_FIRST = "./~"  # what a path may not begin with
_UNKNOWN = "image/x-unknown"


def relative_path(name: str) -> str:
    """Percent-encoded where it is not such a path as it is; a reader gets the name by decoding it."""
    path = name.replace("\\", "/")
    safe = path.isprintable() and "%" not in path and ".." not in path and cell(path) == path
    if safe and path[:1] not in _FIRST:
        return path
    encoded = "".join(_encoded(character) for character in path).replace("..", "%2E%2E")
    first = encoded[:1]
    return f"%{ord(first):02X}{encoded[1:]}" if first in f"{_FIRST}=+-@ '" else encoded


def media_type(name: str) -> str:
    """By the name's ending; every photo is an image of some kind."""
    guessed = guess_type(name.rpartition("/")[2] or name)[0] or ""
    return guessed if guessed.startswith("image/") else _UNKNOWN


def _encoded(character: str) -> str:
    is_text = character in _KEPT or unicodedata.category(character)[0] in "LNM"
    return character if is_text else quote(character, safe="")
