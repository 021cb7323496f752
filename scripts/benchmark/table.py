"""Figures beside their limits, as a table and as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`limit` in the same unit: what the figure can at best be on this machine, or what is asked of it."""

    case: str
    what: str
    figure: float
    unit: str
    limit: float | None = None
    limit_is: str = "asked"


def markdown(rows: Sequence[Row]) -> str:
    lines = ["| | what | figure | beside | share |", "| --- | --- | ---: | ---: | ---: |"]
    for row in rows:
        beside = "" if row.limit is None else f"{_short(row.limit)} {row.limit_is}"
        share = "" if not row.limit else f"{row.figure / row.limit:.2f}"
        lines.append(f"| {row.case} | {row.what} | {_short(row.figure)} {row.unit} | {beside} | {share} |")
    return "\n".join(lines)


def _short(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
