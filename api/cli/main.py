"""The `birds` command: what it can be told. What each command does stands in the module it imports.

Imports inside the functions keep `birds --help` quick: a command loads only what it needs.
"""

from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from api.cli import keys, models
from api.cli.options import Data, ExportKind, LaneName

app = typer.Typer(
    help="Identify the birds in many photos.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(keys.app, name="key")
app.add_typer(models.app, name="models")


def _print_version(wanted: bool) -> None:
    if wanted:
        print(version("birds"))
        raise typer.Exit


@app.callback()
def birds(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def classify(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Photos, folders or zips.")],
    *,
    name: Annotated[str | None, typer.Option(help="What to call the batch.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the answers to this file.", metavar="FILE")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print each answer as a line of JSON.")] = False,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Upload, print the batch, and leave.")] = False,
    lane: Annotated[LaneName | None, typer.Option(help="Which queue; interactive is served first.")] = None,
    top_k: Annotated[int | None, typer.Option(help="Species to name for each photo.", min=1, max=20)] = None,
    data: Data = None,
) -> None:
    """Upload photos and print what birds they show.

    Run the same command again to go on after an interruption: what was sent is not sent again.
    Exit status: 0 all done, 1 some photos failed, 2 could not run.
    """
    from api.cli import classify as command
    from api.cli.run import Order
    from api.cli.running import in_one_line, run

    if no_wait and (csv or as_json):
        raise typer.BadParameter("there are no answers to write with --no-wait")
    order = Order(paths, name, csv, as_json, not no_wait, lane.value if lane else None, top_k)
    with in_one_line(command.INTERRUPTED):
        findings = command.find(order)  # outside of the loop, so that Ctrl-C ends a long search at once
        raise typer.Exit(run(command.classify(order, findings, data)))


@app.command()
def batches(
    limit: Annotated[int, typer.Option(help="The newest so many.", min=1)] = 20,
    data: Data = None,
) -> None:
    """List batches, the newest first."""
    from api.cli.batches import list_batches
    from api.cli.running import run_command

    run_command(list_batches(data, limit))


@app.command()
def export(
    batch_id: Annotated[str, typer.Argument(metavar="ID")],
    format: Annotated[ExportKind, typer.Option(help="File format.")] = ExportKind.CSV,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Standard output if not given.", metavar="FILE")
    ] = None,
    data: Data = None,
) -> None:
    """Download the answers of a batch."""
    from api.cli.batches import export_batch
    from api.cli.running import run_command

    run_command(export_batch(data, batch_id, format.value, output))
