"""Commands about data sets: what they can be told."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import Data
from api.cli.running import run_command

dataset = typer.Typer(help="Make data sets of what people have confirmed.", no_args_is_help=True)


@dataset.callback()
def _of_one_command() -> None:
    """With it, typer does not take the only command for the whole."""


@dataset.command(name="export")
def export_command(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="To be made; given again, it is brought up to date.")
    ],
    *,
    batch: Annotated[
        list[str] | None,
        typer.Option("--batch", metavar="ID", help="Of this one alone; may be given several times."),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Another seed draws other splits.")] = None,
    data: Data = None,
) -> None:
    """Write reviewed photos as train|valid|test/<species>/, for birds-train.

    Photos of one sighting are all in one split, and stay in it as more is reviewed. Run again to go on
    after an interruption, or to bring the folder up to date: what is there is not fetched again.
    """
    from api.cli.dataset.export import DatasetOrder, export_dataset

    run_command(export_dataset(data, DatasetOrder(folder, batch or (), seed)))
