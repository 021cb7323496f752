"""Commands about sightings, and about accepting many answers: what they can be told."""

from typing import Annotated

import typer

from api.cli.options import BatchId, Data
from api.cli.running import run_command

Threshold = Annotated[
    float | None, typer.Option(help="Answers of at least this probability would be accepted.", min=0, max=1)
]


def sightings(
    batch_id: BatchId,
    *,
    gap: Annotated[
        float | None,
        typer.Option(help="Seconds between two photos of one sighting, at most; it is kept.", min=0.1),
    ] = None,
    data: Data = None,
) -> None:
    """Show what was seen, by name: photos of one bird, one soon after the other, are one sighting."""
    from api.cli.review.sightings import show_sightings

    run_command(show_sightings(data, batch_id, gap))


def audit(
    batch_id: BatchId,
    *,
    threshold: Threshold = None,
    checks: Annotated[
        int | None, typer.Option(help="About how many photos to check; else what ±2 % asks for.", min=1)
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Accept from the proposed probability on, if all is checked.")
    ] = False,
    data: Data = None,
) -> None:
    """Draw photos to check before many are accepted, or tell what the checked ones say of all.

    They are checked by labelling them.
    """
    from api.cli.review.audit import show_audit

    order = {"threshold": threshold, "checks": checks}
    given = {name: value for name, value in order.items() if value is not None}
    run_command(show_audit(data, batch_id, given, accept=accept))
