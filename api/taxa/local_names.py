"""Names in other languages, from a table that whoever runs the server puts there (`BIRDS_LOCAL_NAMES`).

Tab-separated, UTF-8; its first line names the columns: `scientific_name`, then a language each. Names with
commas or semicolons between them are several. Such lists have terms of their own, so none comes with Birds.
"""

import re
from pathlib import Path
from typing import Final

import structlog

from api.taxa.names import LocalNames
from shared.errors import BirdsError, Code
from shared.vision.taxonomy import find

KEY_COLUMN: Final = "scientific_name"
MOST_BYTES: Final = 64 * 1024 * 1024  # all 11,131 species in fifty languages are 15 MB
_BETWEEN_NAMES = re.compile(r"[;,]")


def read_local_names(path: Path) -> LocalNames:
    """By the world list's scientific name. Raises BirdsError naming the file and what is wrong with it."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _wrong(path, f"it is larger than {MOST_BYTES:,} bytes")
        lines = path.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise _wrong(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise _wrong(path, "it is not UTF-8") from error
    columns = lines[0].split("\t") if lines else []
    if KEY_COLUMN not in columns:
        raise _wrong(path, f"its first line names no column {KEY_COLUMN}")
    return _read(path, columns.index(KEY_COLUMN), [line.split("\t") for line in lines[1:] if line.strip()])


def _read(path: Path, key: int, rows: list[list[str]]) -> LocalNames:
    names: dict[str, list[str]] = {}
    unknown = 0
    for row in rows:
        taxon = find(row[key]) if len(row) > key else None
        if taxon is None:
            unknown += 1
            continue
        others = (
            name.strip() for cell in (*row[:key], *row[key + 1 :]) for name in _BETWEEN_NAMES.split(cell)
        )
        names.setdefault(taxon.scientific_name, []).extend(filter(None, others))
    log = structlog.get_logger()
    log.info("local names read", file=str(path), species=len(names), rows_of_no_known_species=unknown)
    return names


def _wrong(path: Path, what: str) -> BirdsError:
    return BirdsError(Code.INVALID_REQUEST, f"BIRDS_LOCAL_NAMES: {path}: {what}.")
