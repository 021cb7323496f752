"""`birds models compare`: two models' answers to one batch, beside each other and beside people's words."""

from pathlib import Path

from rich.markup import escape
from rich.table import Table

from api.cli.ids import find_batch
from api.cli.output import report_console
from api.cli.server import connected
from api.client.patience import IMPATIENT
from api.client.scoring import Accuracy, ComparisonDocument, SaidDocument


async def print_comparison(data: Path | None, a: str, b: str, batch_id: str, limit: int) -> None:
    """And the first `limit` photos that they differ in. Raises `CouldNotRunError`."""
    async with connected(data, IMPATIENT) as client:
        batch = await find_batch(client, batch_id)
        found = await client.scoring.compare(batch["id"], a, b, limit=limit)
    console = report_console()
    for line in told(found):
        console.print(escape(line), highlight=False)
    if not found["differing"]:
        return
    table = Table("Photo", a, b, "Label", box=None, header_style="bold")
    for one in found["differing"]:
        cells = (one["name"], _said(one["a"]), _said(one["b"]), one["label"] or "")
        table.add_row(*map(escape, cells))
    console.print(table)


def told(found: ComparisonDocument) -> list[str]:
    """Agreement, and what each is worth on photos that people have named."""
    if found["agreement"] is None:
        return ["no photo of this batch was answered by both"]
    lines = [f"the same answer to {found['same']:,} of {found['photos']:,} photos, {found['agreement']:.1%}"]
    if not found["reviewed"]:
        return [*lines, "nobody has named any of them, so that none tells which model is right"]
    return [*lines, *(_accuracy(found[side], found["reviewed"]) for side in ("a", "b"))]


def _accuracy(one: Accuracy, reviewed: int) -> str:
    share, low, high = (one[member] or 0.0 for member in ("share", "low", "high"))
    return (
        f"{one['model']}: right on {one['right']:,} of {reviewed:,} that people have named, {share:.1%}"
        f" (95 %: {low:.1%} to {high:.1%})"
    )


def _said(one: SaidDocument) -> str:
    bird = one["bird_probability"]
    return f"{one['species']} {one['probability']:.0%}" + ("" if bird is None else f", bird {bird:.0%}")
