"""`birds models`: which models there are, and which one workers are to run."""

from typing import Annotated

import typer

from api.cli.options import Data

app = typer.Typer(help="List models, and choose the one that workers run.", no_args_is_help=True)

Reference = Annotated[
    str,
    typer.Argument(
        metavar="REF",
        help="`starter`, `timm:NAME`, `hf:OWNER/NAME[@REVISION]`, `folder:/path` or `NAME@VERSION`.",
    ),
]


@app.command(name="list")
def list_(data: Data = None) -> None:
    """List models, the newest first."""
    from api.cli.catalogue import print_models
    from api.cli.running import run_command

    run_command(print_models(data))


@app.command()
def promote(reference: Reference, data: Data = None) -> None:
    """Let every worker switch to a model, between two batches. Needs the ledger, as `birds key` does."""
    from api.cli.promotion import promote_model
    from api.cli.running import run_command

    run_command(promote_model(data, reference))
