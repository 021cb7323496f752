"""`birds sightings`: a batch by what was seen, not by photo."""

from pathlib import Path

from rich.markup import escape
from rich.table import Table

from api.cli.ids import find_batch
from api.cli.output import report_console
from api.cli.running import counted, say
from api.cli.server import connected
from api.client.patience import IMPATIENT
from api.client.sightings import SightingSummary


async def show_sightings(data: Path | None, text: str, gap_s: float | None) -> None:
    """Made before, where `gap_s` is given or they never were. Raises `CouldNotRunError`."""
    async with connected(data, IMPATIENT) as client:
        batch_id = (await find_batch(client, text))["id"]
        summary = await client.sightings.names(batch_id)
        if gap_s is not None:
            await client.sightings.make(batch_id, gap_s=gap_s)
        elif summary["standing"]["total"] is None and summary["standing"]["up_to_date"]:
            await client.sightings.make(batch_id)
        _print(await client.sightings.made(batch_id))


def _print(summary: SightingSummary) -> None:
    table = Table(box=None, header_style="bold")
    for heading in ("Species", "Scientific name", "Sightings", "Photos", "Reviewed", "To check"):
        table.add_column(heading, justify="left" if heading.endswith(("ies", "name")) else "right")
    for one in summary["names"]:
        table.add_row(
            escape(one["name"]),
            escape(one["scientific_name"] or ""),
            *(f"{one[part]:,}" for part in ("sightings", "photos", "reviewed", "to_check")),
        )
    report_console().print(table)
    photos = sum(one["photos"] for one in summary["names"])
    total, gap_s = summary["standing"]["total"] or 0, summary["standing"]["gap_s"]
    say(f"{counted(total, 'sighting')} of {counted(photos, 'photo')}, frames at most {gap_s:g} s apart")
