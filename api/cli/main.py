"""The `birds` command: what it can be told. What each command does stands in the module it imports.

Imports inside the functions keep `birds --help` quick: a command loads only what it needs.
"""

from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        envvar="BIRDS_DATA",
        metavar="DIR",
        help="Folder of the local stack, where it is not ./var; used unless BIRDS_URL and BIRDS_KEY are set.",
    ),
]


class Lane(StrEnum):
    BULK = "bulk"
    INTERACTIVE = "interactive"


class ExportFormat(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


app = typer.Typer(
    help="Identify the birds in many photos.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
keys = typer.Typer(help="Make, list and revoke keys.", no_args_is_help=True)
models = typer.Typer(help="List models, and choose the one that workers run.", no_args_is_help=True)
app.add_typer(keys, name="key")
app.add_typer(models, name="models")


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
    lane: Annotated[Lane | None, typer.Option(help="Which queue; interactive is served first.")] = None,
    top_k: Annotated[int | None, typer.Option(help="Species to name for each photo.", min=1, max=20)] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Name every file that is left out.")] = False,
    data: Data = None,
) -> None:
    """Upload photos and print what birds they show.

    ClassifyRun the same command again to go on after an interruption: what was sent is not sent again.
    Exit status: 0 all done, 1 some photos failed, 2 could not run.
    """
    from api.cli import classify as command
    from api.cli.run import ClassifyOrder
    from api.cli.running import in_one_line, run

    if no_wait and (csv or as_json):
        raise typer.BadParameter("there are no answers to write with --no-wait")
    order = ClassifyOrder(
        paths, name, csv, as_json, not no_wait, lane.value if lane else None, top_k, verbose
    )
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
    format: Annotated[ExportFormat, typer.Option(help="File format.")] = ExportFormat.CSV,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Standard output if not given.", metavar="FILE")
    ] = None,
    data: Data = None,
) -> None:
    """Download the answers of a batch."""
    from api.cli.batches import export_batch
    from api.cli.running import run_command

    run_command(export_batch(data, batch_id, format.value, output))


@keys.command(name="create")
def create_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Keys of one name see the same batches.")],
    data: Data = None,
) -> None:
    """Make a key and print it; it is not shown again."""
    from api.cli.keys import make_key
    from api.cli.running import run_command

    print(run_command(make_key(data, name)))


@keys.command(name="list")
def list_keys(data: Data = None) -> None:
    """List all keys by their beginnings, the oldest first."""
    from api.cli.keys import print_keys
    from api.cli.running import run_command

    run_command(print_keys(data))


@keys.command(name="revoke")
def revoke_key(
    which: Annotated[
        str, typer.Argument(metavar="WHICH", help="A name, an id or a beginning, as `list` shows them.")
    ],
    data: Data = None,
) -> None:
    """End keys: all of a name, or a single one."""
    from api.cli.keys import end_keys
    from api.cli.running import run_command

    run_command(end_keys(data, which))


@models.command(name="list")
def list_models(data: Data = None) -> None:
    """List models, the newest first."""
    from api.cli.models import print_models
    from api.cli.running import run_command

    run_command(print_models(data))


@models.command(name="promote")
def promote_model(
    reference: Annotated[
        str,
        typer.Argument(
            metavar="REF",
            help="`birds525`, `starter`, `timm:NAME`, `hf:OWNER/NAME`, `folder:/path` or `NAME@VERSION`.",
        ),
    ],
    data: Data = None,
) -> None:
    """Let every worker switch to a model, between two batches. Needs the ledger, as `birds key` does."""
    from api.cli.models import promote_model as command
    from api.cli.running import run_command

    run_command(command(data, reference))
