"""Commands about where and when photos were taken: what they can be told."""

import re
from dataclasses import dataclass
from typing import Annotated

import typer

from api.cli.options import BatchId, Data
from api.cli.running import run_command

_CLOCK = re.compile(r"([+-]?)(\d+):(\d\d)(?::(\d\d))?", re.ASCII)
_SECONDS = re.compile(r"[+-]?\d+", re.ASCII)


def seconds(text: str) -> int:
    """Of `-3600`, `+1:00` or `-0:59:30`. Raises typer.BadParameter."""
    if _SECONDS.fullmatch(text):
        return int(text)
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise typer.BadParameter("say it in seconds, or as `+1:00` or `-0:59:30`")
    sign, hours, minutes, rest = found.groups()
    total = 3600 * int(hours) + 60 * int(minutes) + int(rest or 0)
    return -total if sign == "-" else total


@dataclass(frozen=True, slots=True)
class SiteOrder:
    """What the person said of a place; what is None was not said."""

    name: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    zone: str | None = None
    shift_s: int | None = None
    override: bool | None = None


NOTHING_SAID = SiteOrder()

Latitude = Annotated[
    float | None, typer.Option(help="Where the photos were taken: degrees, north positive.", min=-90, max=90)
]
Longitude = Annotated[
    float | None, typer.Option(help="Where the photos were taken: degrees, east positive.", min=-180, max=180)
]
Zone = Annotated[str | None, typer.Option(help="Time zone there, `Europe/Tallinn`; found by the place.")]
Shift = Annotated[
    str | None, typer.Option(help="To add to the camera's clock: seconds, or `-1:00` where it was fast.")
]
Override = Annotated[
    bool | None,
    typer.Option("--override/--no-override", help="Whether this counts before what photos have themselves."),
]


def site(
    batch_id: BatchId,
    *,
    folder: Annotated[str, typer.Option(help="Of a folder in the batch, and what is below it.")] = "",
    name: Annotated[str | None, typer.Option(help="What to call the place.")] = None,
    latitude: Latitude = None,
    longitude: Longitude = None,
    zone: Zone = None,
    shift: Shift = None,
    override: Override = None,
    forget: Annotated[bool, typer.Option("--forget", help="Take back what was said of it.")] = False,
    data: Data = None,
) -> None:
    """Say where and when the photos of a batch were taken, or show what was said.

    What photos recorded stays as it is; exports have both.
    """
    from api.cli.places.site import forget_site, say_site, show_sites

    order = SiteOrder(name, latitude, longitude, zone, None if shift is None else seconds(shift), override)
    if forget:
        run_command(forget_site(data, batch_id, folder))
    elif order != NOTHING_SAID:
        run_command(say_site(data, batch_id, folder, order))
    else:
        run_command(show_sites(data, batch_id))


def clock(
    batch_id: BatchId,
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Shift the clocks as it says.")] = False,
    data: Data = None,
) -> None:
    """Tell whether the cameras' clocks were right: by satellites' time in photos, or beside another one."""
    from api.cli.places.clock import look_at_clocks

    run_command(look_at_clocks(data, batch_id, apply=apply))
