"""Data sets: drawn, looked at, divided."""

from pathlib import Path
from typing import Annotated

import typer

from trainer.cli.problems import give_up


def field_guide(
    folder: Annotated[Path, typer.Argument(help="Where to; must be empty or not there")],
    species: Annotated[int, typer.Option(min=2, help="How many")] = 12,
    most: Annotated[int, typer.Option(min=1, help="Pictures to train on of the most frequent one")] = 120,
    least: Annotated[int, typer.Option(min=1, help="Of the rarest one")] = 30,
    seed: Annotated[int, typer.Option(help="Another seed draws other pictures")] = 0,
) -> None:
    """Draw a data set of birds that do not exist, to try everything on."""
    from trainer.field_guide.dataset import Plan, make_field_guide

    try:
        make_field_guide(folder, Plan(species=species, most=most, least=least, seed=seed))
    except (OSError, ValueError) as error:
        give_up(error)
    print(folder)


def inspect(
    folder: Annotated[Path, typer.Argument(help="Data set: train|valid|test/<SPECIES>/*.jpg")],
    sheet: Annotated[Path | None, typer.Option(help="Write a contact sheet here, a PNG")] = None,
    allow_leaks: Annotated[bool, typer.Option("--allow-leaks", help="Exit 0 even so")] = False,
) -> None:
    """Say what is in a data set and what is wrong with it; exit 1 where a picture stands in two splits."""
    from rich.console import Console

    from trainer.data.data_set import read_data_set
    from trainer.data.errors import DataSetError
    from trainer.inspection.contact_sheet import contact_sheet
    from trainer.inspection.print_report import print_report
    from trainer.inspection.report import inspect as look

    try:
        data = read_data_set(folder)
        report = look(data)
        if sheet is not None:
            contact_sheet(data, sheet)
    except (OSError, DataSetError) as error:
        give_up(error)
    print_report(report, Console())
    if report.leaks and not allow_leaks:
        raise typer.Exit(1)


def hold_out(
    data: Annotated[Path, typer.Argument(help="Data set: train|valid|test/<SPECIES>/*.jpg")],
    folder: Annotated[Path, typer.Argument(help="Where to; must be empty or not there")],
    share: Annotated[float, typer.Option(min=0.01, max=0.9, help="Of each species' training photos")] = 0.15,
    seed: Annotated[int, typer.Option(help="Another seed holds other photos out")] = 0,
    source: Annotated[str, typer.Option("--from", help="Split to learn from, and to hold out of")] = "train",
    held: Annotated[str, typer.Option("--to", help="Split that they are held in")] = "holdout",
    most: Annotated[int | None, typer.Option(min=1, help="At most so many of a species")] = None,
) -> None:
    """Link a data set anew: part of train/ in holdout/, and no species that has nothing to train on."""
    from trainer.data.data_set import read_data_set
    from trainer.data.errors import DataSetError
    from trainer.data.hold_out import hold_out as link

    try:
        link(read_data_set(data), folder, share=share, seed=seed, source=source, held=held, most=most)
    except (OSError, DataSetError) as error:
        give_up(error)
    print(folder)


def pool(
    data: Annotated[Path, typer.Argument(help="Data set: train|valid|test/<SPECIES>/*.jpg")],
    folder: Annotated[Path, typer.Argument(help="Where to; must be empty or not there")],
    splits: Annotated[list[str], typer.Option("--from", help="Splits to learn from, together")],
    no_birds: Annotated[
        Path | None, typer.Option(help="Folder of photos without birds, if not in DATA")
    ] = None,
) -> None:
    """Link a data set anew: several splits together as train/."""
    from trainer.data.data_set import read_data_set
    from trainer.data.errors import DataSetError
    from trainer.data.hold_out import pool as link

    try:
        link(read_data_set(data), folder, splits, no_birds)
    except (OSError, DataSetError) as error:
        give_up(error)
    print(folder)
