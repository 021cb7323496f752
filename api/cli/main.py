"""The `birds` command: what it can be told. What each command does stands in the module it imports.

Imports inside the functions keep `birds --help` quick: a command loads only what it needs.
"""

import os
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from api.cli.batches.batch_commands import batches, cancel, delete, export, reanswer, rescore, retry
from api.cli.dataset.dataset_commands import dataset
from api.cli.handover.handover_commands import handover, import_command, tag, verify
from api.cli.operator.operator_commands import keys, models
from api.cli.options import Data
from api.cli.places.site_commands import Latitude, Longitude, Shift, SiteOrder, Zone, clock, seconds
from api.cli.places.site_commands import site as site_command
from api.cli.review.label_commands import label, labels
from api.cli.review.sighting_commands import audit, sightings
from api.cli.sending.said import ClientId, Expires, Metadata, said_of_batch
from api.cli.webhooks.webhook_commands import webhooks


class Lane(StrEnum):
    BULK = "bulk"
    INTERACTIVE = "interactive"


app = typer.Typer(
    help="Identify the birds in many photos.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(version("birds"))
        raise typer.Exit


@app.callback()
def birds(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
    url: Annotated[str | None, typer.Option("--url", help="The server, before BIRDS_URL.")] = None,
    key: Annotated[str | None, typer.Option("--key", help="Its key, before BIRDS_KEY.")] = None,
) -> None:
    # A flag is its variable for one run.
    os.environ |= {name: said for name, said in (("BIRDS_URL", url), ("BIRDS_KEY", key)) if said is not None}


@app.command()
def login(url: Annotated[str, typer.Argument(metavar="URL", help="Of the page, or of the server.")]) -> None:
    """Keep a server and its key for every later command, in a file that only you can read.

    The key is asked for, unless it stands in the URL, BIRDS_KEY or --key, or comes by standard input.
    """
    from api.cli.login import sign_in
    from api.cli.running import run_command

    run_command(sign_in(url))


@app.command()
def classify(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Photos, folders or zips.")],
    *,
    name: Annotated[str | None, typer.Option(help="What to call the batch.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the answers to this file.", metavar="FILE")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print each answer as a line of JSON.")] = False,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Upload, print the batch, and leave.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Answer anew what was answered already.")] = False,
    lane: Annotated[Lane | None, typer.Option(help="Which queue; interactive is served first.")] = None,
    top_k: Annotated[int | None, typer.Option(help="Species to name for each photo.", min=1, max=20)] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Name every file that is left out.")] = False,
    site: Annotated[str | None, typer.Option(help="What to call the place of the photos.")] = None,
    latitude: Latitude = None,
    longitude: Longitude = None,
    zone: Zone = None,
    shift: Shift = None,
    client_id: ClientId = None,
    metadata: Metadata = None,
    expires: Expires = None,
    data: Data = None,
) -> None:
    """Upload photos and print what birds they show.

    Run the same command again to go on after an interruption: what was sent is not sent again, and what was
    answered is told, not answered anew.
    Exit status: 0 all done, 1 some photos failed, 2 could not run.
    """
    from api.cli.running import in_one_line, run
    from api.cli.sending import classify as command
    from api.cli.sending.run import ClassifyOrder

    if no_wait and (csv or as_json):
        raise typer.BadParameter("there are no answers to write with --no-wait")
    order = ClassifyOrder(
        paths,
        name,
        csv,
        as_json,
        not no_wait,
        lane.value if lane else None,
        top_k,
        verbose,
        again,
        SiteOrder(site, latitude, longitude, zone, None if shift is None else seconds(shift)),
        said_of_batch(client_id, metadata, expires),
    )
    with in_one_line(command.INTERRUPTED):
        findings = command.find(order)  # outside of the loop, so that Ctrl-C ends a long search at once
        raise typer.Exit(run(command.classify(order, findings, data)))


@app.command()
def watch(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="And what is below it.")],
    *,
    name: Annotated[str | None, typer.Option(help="What to call the batch.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print each answer as a line of JSON.")] = False,
    every: Annotated[float, typer.Option(help="Seconds between two looks.", min=0.1)] = 2.0,
    data: Data = None,
) -> None:
    """Classify the photos of a folder as they arrive there, until Ctrl-C.

    A photo is sent once it has not changed between two looks. Run again, it goes on where it was ended.
    """
    from api.cli.running import in_one_line, run
    from api.cli.sending.watch import ENDED, WatchOrder
    from api.cli.sending.watch import watch as command

    with in_one_line(ENDED):
        run(command(WatchOrder(folder, name, as_json, every), data))


_ABOUT_PHOTOS = (sightings, audit, tag, label, labels, site_command, clock)
_TAKEN_ALONG = (export, handover, verify)
for _command in (batches, *_TAKEN_ALONG, *_ABOUT_PHOTOS, retry, rescore, reanswer, cancel, delete):
    app.command()(_command)
app.command("import")(import_command)
app.add_typer(dataset, name="dataset")
app.add_typer(keys, name="key")
app.add_typer(models, name="models")
app.add_typer(webhooks, name="webhooks")
