"""`birds site`: where and when the photos of a batch were taken."""

from pathlib import Path

from rich.markup import escape
from rich.table import Table

from api.cli.ids import find_batch
from api.cli.output import report_console
from api.cli.places.site_commands import SiteOrder
from api.cli.running import say
from api.cli.server import connected
from api.client import BirdsClient
from api.client.patience import IMPATIENT
from api.client.places import SiteDocument

WHOLE = "the whole batch"


async def say_site(data: Path | None, text: str, folder: str, order: SiteOrder) -> None:
    """Beside what was said of other folders. Raises `CouldNotRunError`."""
    async with connected(data, IMPATIENT) as client:
        batch = await find_batch(client, text)
        _print(await put_site(client, batch["id"], folder, order))


async def forget_site(data: Path | None, text: str, folder: str) -> None:
    async with connected(data, IMPATIENT) as client:
        batch_id = (await find_batch(client, text))["id"]
        sites = await client.sites(batch_id)
        left = [site for site in sites if site["folder"] != folder.strip("/")]
        if len(left) == len(sites):
            say(f"nothing was said of {folder or WHOLE}")
        _print(await client.put_sites(batch_id, left))


async def show_sites(data: Path | None, text: str) -> None:
    async with connected(data, IMPATIENT) as client:
        _print(await client.sites((await find_batch(client, text))["id"]))


async def put_site(client: BirdsClient, batch_id: str, folder: str, order: SiteOrder) -> list[SiteDocument]:
    """What is not said now stays as it was said of the folder before."""
    folder = folder.strip("/")
    sites = {site["folder"]: site for site in await client.sites(batch_id)}
    said = {
        "name": order.name,
        "latitude": order.latitude,
        "longitude": order.longitude,
        "zone": order.zone,
        "clock_shift_s": order.shift_s,
        "overrides": order.override,
    }
    before = sites.get(folder, {"folder": folder})
    sites[folder] = before | {name: value for name, value in said.items() if value is not None}  # type: ignore[assignment]
    return await client.put_sites(batch_id, list(sites.values()))


def _print(sites: list[SiteDocument]) -> None:
    if not sites:
        say("nothing is said of where and when its photos were taken")
        return
    table = Table(box=None, header_style="bold")
    for heading in ("Folder", "Name", "Latitude", "Longitude", "Zone", "Clock", "Overrides"):
        table.add_column(heading)
    for site in sites:
        table.add_row(
            escape(site["folder"] or WHOLE),
            escape(site["name"] or ""),
            *("" if site[part] is None else f"{site[part]:.5f}" for part in ("latitude", "longitude")),
            site["zone"] or "",
            f"{site['clock_shift_s']:+,} s" if site["clock_shift_s"] else "",
            "yes" if site["overrides"] else "",
        )
    report_console().print(table)
