"""The report as a person reads it."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from trainer.data.data_set import SPLITS
from trainer.inspection.duplicates import Pair
from trainer.inspection.report import Inspection

SHOWN = 20  # of a list that may have thousands


def print_report(report: Inspection, console: Console) -> None:
    table = Table("split", "photos", "species", "fewest", "most")
    for split in SPLITS:
        found = report.counts[split].values()
        if found:
            table.add_row(split, f"{sum(found):,}", f"{len(found):,}", f"{min(found):,}", f"{max(found):,}")
    console.print(table)
    console.print(f"imbalance of train: {report.imbalance:.1f} to 1")
    _list(console, "broken files", [f"{one.path}: {one.why}" for one in report.broken])
    _list(console, "species that a split has not", [f"{split}: {name}" for split, name in report.missing])
    _list(console, "pictures twice within a split", _lines(report.repeats))
    _list(console, "pictures in two splits", _lines(report.leaks))


def _lines(pairs: Sequence[Pair]) -> list[str]:
    return [f"{pair.first.path} {'=' if pair.exact else '~'} {pair.second.path}" for pair in pairs]


def _list(console: Console, title: str, lines: Sequence[str]) -> None:
    console.print(f"{title}: {len(lines):,}", style="bold" if lines else "")
    for line in lines[:SHOWN]:
        console.print(f"  {line}", markup=False, soft_wrap=True)
    if len(lines) > SHOWN:
        console.print(f"  … and {len(lines) - SHOWN:,} more")
