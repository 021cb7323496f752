"""`birds audit`: accepting many answers by checking a random few."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from api.cli.ids import find_batch
from api.cli.output import report_console
from api.cli.running import CouldNotRunError, counted, say
from api.cli.server import connected
from api.client import BirdsClient
from api.client.audits import AuditDocument, PrecisionDocument
from api.client.errors import BirdsApiError
from api.client.labels import PhotoQuery
from api.client.patience import IMPATIENT

_SHOWN = 20  # photos to check that are listed; the page shows them all


async def show_audit(data: Path | None, text: str, order: dict[str, Any], *, accept: bool) -> None:
    """Drawn first where it is ordered, or never was. Raises `CouldNotRunError`."""
    async with connected(data, IMPATIENT) as client:
        batch_id = (await find_batch(client, text))["id"]
        audit = await _audit(client, batch_id, order)
        _print(audit)
        if accept:
            await _accept(client, batch_id, audit)


async def _audit(client: BirdsClient, batch_id: str, order: dict[str, Any]) -> AuditDocument:
    if order:
        return await client.audits.draw(batch_id, **order)
    try:
        return await client.audits.of(batch_id)
    except BirdsApiError as error:
        if error.code != "not-found":
            raise
        return await client.audits.draw(batch_id)


async def _accept(client: BirdsClient, batch_id: str, audit: AuditDocument) -> None:
    if not audit["complete"] or audit["proposed"] is None:
        raise CouldNotRunError("nothing is accepted: check what was drawn, until a threshold is proposed")
    chosen = PhotoQuery(rank="species", min_probability=audit["proposed"], reviewed=False)
    receipt = await client.label_many(batch_id, None, query=chosen)
    say(f"{counted(receipt['labelled'], 'photo')} accepted")


def _print(audit: AuditDocument) -> None:
    _print_species(audit)
    table = Table(box=None, header_style="bold")
    for heading in ("From", "Photos", "Checked", "Wrong", "Right", "95 % interval"):
        table.add_column(heading, justify="right")
    for step in audit["thresholds"]:
        table.add_row(f"{step['threshold']:.2f}", *_told(step["precision"]))
    report_console().print(table)
    unchecked = [one for one in audit["sample"] if one["right"] is None]
    if unchecked:
        say(f"{counted(len(unchecked), 'photo')} to check, by `birds label` or on the page:")
        for one in unchecked[:_SHOWN]:
            say(f"  {one['photo_id']}  {one['name']}  {one['species']} {one['probability']:.0%}")
    _conclude(audit)


def _print_species(audit: AuditDocument) -> None:
    table = Table(box=None, header_style="bold")
    for heading in ("Species", "Photos", "Checked", "Wrong", "Right", "95 % interval"):
        table.add_column(heading, justify="left" if heading == "Species" else "right")
    for one in audit["species"]:
        table.add_row(escape(one["species"]), *_told(one["precision"]))
    report_console().print(table)


def _told(found: PrecisionDocument) -> tuple[str, ...]:
    right = "" if found["estimate"] is None else f"{found['estimate']:.1%}"
    interval = f"{found['low']:.1%} to {found['high']:.1%}" if found["checked"] else ""
    return f"{found['photos']:,}", f"{found['checked']:,}", f"{found['wrong']:,}", right, interval


def _conclude(audit: AuditDocument) -> None:
    target, left = f"{audit['target']:.0%}", audit["left"]
    if audit["proposed"] is not None and audit["complete"]:
        sure = "surely" if audit["promised"] == audit["proposed"] else "as far as is known"
        say(f"from {audit['proposed']:.2f} on {target} are right, {sure}; --accept accepts them")
    if audit["promised"] != audit["proposed"] and audit["checks_needed"] is not None:
        sure_from = f"{target} from {audit['threshold']:.2f} on"
        say(f"to be sure of {sure_from}, check {audit['checks_needed']:,} in all")
    took = timedelta(seconds=round(left["seconds"]))
    say(f"left to look at then: {counted(left['sightings'], 'sighting')}, some {took} at your pace")
