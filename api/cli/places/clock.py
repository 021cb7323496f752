"""`birds clock`: whether the cameras' clocks were right."""

from datetime import timedelta
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from api.cli.ids import find_batch
from api.cli.output import report_console
from api.cli.places.site import WHOLE
from api.cli.running import say
from api.cli.server import connected
from api.client.patience import IMPATIENT
from api.client.places import ClockDocument, ClockReport

_SAID = {
    "right": "right",
    "shift": "wrong by {error}",
    "too-few": "too few photos tell",
    "unclear": "photos contradict each other",
}
_BY = {"satellites": "satellites", "other-clock": "the other camera"}


async def look_at_clocks(data: Path | None, text: str, *, apply: bool) -> None:
    async with connected(data, IMPATIENT) as client:
        batch_id = (await find_batch(client, text))["id"]
        report, before = await client.clock(batch_id), await client.sites(batch_id)
        _print(report)
        if report["sites"] == before:
            return
        if not apply:
            say("--apply shifts them")
            return
        await client.put_sites(batch_id, report["sites"])
    shifts = {site["folder"]: site["clock_shift_s"] for site in before}
    for site in report["sites"]:
        if site["clock_shift_s"] != shifts.get(site["folder"], 0):
            say(f"{site['folder'] or WHOLE}: the clock is shifted by {_told(site['clock_shift_s'])}")


def _print(report: ClockReport) -> None:
    if not report["clocks"]:
        say("no photo has a satellite's time beside its camera's clock")
        return
    table = Table(box=None, header_style="bold")
    for heading in ("Folder", "Camera", "Photos", "Agree", "Clock", "By"):
        table.add_column(heading, justify="right" if heading in ("Photos", "Agree") else "left")
    for clock in report["clocks"]:
        table.add_row(
            escape(clock["folder"] or "the uppermost"),
            escape(clock["camera"] or ""),
            f"{clock['frames']:,}",
            f"{clock['agreeing']:,}",
            _verdict(clock),
            _BY[clock["by"]] if clock["error_s"] is not None else "",
        )
    report_console().print(table)


def _verdict(clock: ClockDocument) -> str:
    return _SAID[clock["verdict"]].format(error=_told(clock["error_s"] or 0))


def _told(seconds: int) -> str:
    """+1:00:00, -1 day, 0:00:30."""
    return f"{'-' if seconds < 0 else '+'}{timedelta(seconds=abs(seconds))}"
