"""CSV as RFC 4180 has it: UTF-8, CRLF, a header line."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from api.http.export.columns import Value, columns, refused_row, row
from shared.records import Photo, RefusedFile

# What makes a spreadsheet take a text for a formula (CSV injection), in East Asian keyboards' wide forms too.
_FORMULA = frozenset("=+-@＝＋－＠")
_BREAKS = frozenset("\t\r\n")  # may begin another cell
_NOT_SEEN = frozenset(
    ("Cc", "Cf", "Zl", "Zp", "Zs")
)  # what spreadsheets pass over before they look: spaces, BOM


class CsvExport:
    def __init__(self, top_k: int) -> None:
        self._top_k = top_k

    def begin(self) -> bytes:
        return lines([[name for name, _ in columns(self._top_k)]])

    def page(self, photos: Sequence[Photo]) -> bytes:
        return lines([cell(value) for value in row(photo, self._top_k)] for photo in photos)

    def refused(self, files: Sequence[RefusedFile]) -> bytes:
        return lines([cell(value) for value in refused_row(file, self._top_k)] for file in files)

    def end(self) -> bytes:
        return b""


def cell(value: Value) -> str | int | float | None:
    """Numbers stay numbers; a text that would run as a formula gets a quote before it, which stops it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.isoformat()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and _may_run(value):
        return f"'{value}"
    return value


def _may_run(text: str) -> bool:
    for character in text:
        if unicodedata.category(character) in _NOT_SEEN:
            if character in _BREAKS:
                return True
        else:
            return character in _FORMULA
    return False


def lines(rows: Iterable[Sequence[str | int | float | None]]) -> bytes:
    """Rows of cells as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
