"""The summary that stands in the terminal at the end."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.cli.running import counted
from api.cli.sending.tally import Tally

PROBLEMS_SHOWN = 20  # the rest stand in the export
TWINS_SHOWN = 5


def print_report(console: Console, tally: Tally, batch_id: str, seconds: float) -> None:
    """The table by species, what failed and why, and the batch."""
    if rows := tally.by_species():
        table = Table("Species", "Scientific name", box=None, header_style="bold")
        for heading in ("Photos", "Mean", "Best"):
            table.add_column(heading, justify="right")
        for row in rows:
            table.add_row(
                escape(row.species),
                f"[italic]{escape(row.scientific_name)}[/]",
                f"{row.photos:,}",
                _percent(row.mean),
                _percent(row.best),
            )
        console.print(table)
        console.print()
    _print_twins(console, tally)
    _print_problems(console, tally)
    console.print(_summary(tally, seconds), highlight=False)
    console.print(tally.account_line, highlight=False)
    console.print(f"batch {batch_id}", highlight=False)


def _percent(probability: float | None) -> str:
    return "" if probability is None else f"{probability:.0%}"


def _print_twins(console: Console, tally: Tally) -> None:
    twins = tally.twins
    for name, first in twins[:TWINS_SHOWN]:
        line = f"[yellow]same[/] {escape(name)}: the same bytes as {escape(first)}"
        console.print(line, highlight=False, soft_wrap=True)
    if len(twins) > TWINS_SHOWN:
        console.print(f"… and {len(twins) - TWINS_SHOWN:,} more of the same bytes as another")
    if twins:
        console.print()


def _print_problems(console: Console, tally: Tally) -> None:
    problems = tally.problems
    for name, reason in problems[:PROBLEMS_SHOWN]:
        console.print(f"[red]failed[/] {escape(name)}: {escape(reason)}", highlight=False, soft_wrap=True)
    if len(problems) > PROBLEMS_SHOWN:
        console.print(f"… and {len(problems) - PROBLEMS_SHOWN:,} more failed")
    if problems:
        console.print()


def _summary(tally: Tally, seconds: float) -> str:
    parts = [f"{counted(tally.answered, 'photo')} answered in {seconds:,.1f} s"]
    if tally.problems:
        parts.append(f"{len(tally.problems):,} failed or refused")
    if tally.no_birds:
        parts.append(f"{tally.no_birds:,} probably show no bird")
    return ", ".join(parts)
