"""`birds-train`: the command of whoever makes models."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from shared.errors import BirdsError
from shared.local_stack import LocalStackError, settings_or_stack
from shared.objects import open_object_store
from shared.settings import ObjectStoreSettings
from shared.vision import registry
from shared.vision.refs import RegistryRef

app = typer.Typer(no_args_is_help=True, help="Make models for Birds.", add_completion=False)


@app.command(name="field-guide")
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
        _give_up(error)
    print(folder)


@app.command()
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
        _give_up(error)
    print_report(report, Console())
    if report.leaks and not allow_leaks:
        raise typer.Exit(1)


@app.command(name="hold-out")
def hold_out(
    data: Annotated[Path, typer.Argument(help="Data set: train|valid|test/<SPECIES>/*.jpg")],
    folder: Annotated[Path, typer.Argument(help="Where to; must be empty or not there")],
    share: Annotated[float, typer.Option(min=0.01, max=0.9, help="Of each species' training photos")] = 0.15,
    seed: Annotated[int, typer.Option(help="Another seed holds other photos out")] = 0,
    source: Annotated[str, typer.Option("--from", help="Split to learn from, and to hold out of")] = "train",
    held: Annotated[str, typer.Option("--to", help="Split that they are held in")] = "holdout",
) -> None:
    """Link a data set anew: part of train/ in holdout/, and no species that has nothing to train on."""
    from trainer.data.data_set import read_data_set
    from trainer.data.errors import DataSetError
    from trainer.data.hold_out import hold_out as link

    try:
        link(read_data_set(data), folder, share=share, seed=seed, source=source, held=held)
    except (OSError, DataSetError) as error:
        _give_up(error)
    print(folder)


Recipe = Annotated[str, typer.Argument(help="A recipe's name, or a TOML file")]
Data = Annotated[Path, typer.Argument(help="Data set: train|valid|test/<SPECIES>/*.jpg")]
Out = Annotated[Path, typer.Argument(help="The run's folder; run again to go on where it stopped")]
Change = Annotated[list[str] | None, typer.Option("--set", help="Change the recipe: optimizer.lr=0.001")]
Version = Annotated[str, typer.Option(help="Of the bundle that comes of it")]
Device = Annotated[str, typer.Option(help="cpu, cuda, cuda:1, mps")]


@app.command()
def teacher(
    recipe: Recipe, data: Data, out: Out, set_: Change = None, version: Version = "1", device: Device = "cpu"
) -> None:
    """Train a model on labels alone."""
    _train(recipe, data, out, set_ or [], version, device)


@app.command()
def student(
    recipe: Recipe,
    data: Data,
    out: Out,
    taught_by: Annotated[Path, typer.Option("--teacher", help="Folder of the teacher's bundle")],
    set_: Change = None,
    version: Version = "1",
    device: Device = "cpu",
    unlabelled: Annotated[
        Path | None,
        typer.Option(help="Folder of more photos: of these the teacher alone says something"),
    ] = None,
) -> None:
    """Train a model by what a teacher says of the same view of each photo."""
    _train(recipe, data, out, set_ or [], version, device, taught_by, unlabelled)


@app.command()
def evaluate(
    model: Annotated[Path, typer.Argument(help="Folder with bundle.json and model.safetensors")],
    data: Data,
    split: Annotated[str, typer.Option(help="Which part of it to measure on")] = "test",
    against: Annotated[Path | None, typer.Option(help="Another model's folder, to compare with")] = None,
    out: Annotated[Path | None, typer.Option(help="Write JSON, CSV, PNG and one HTML page here")] = None,
    device: Device = "cpu",
) -> None:
    """Measure a model: macro-F1, accuracy and top 5 with 95 % intervals, calibration, confusions."""
    import torch

    from trainer.data.data_set import read_data_set
    from trainer.data.errors import DataSetError
    from trainer.evaluation.files import write_evaluation
    from trainer.evaluation.measure import measure

    try:
        found, answers = measure(model, read_data_set(data), split, torch.device(device), against)
        if out is not None:
            write_evaluation(found, answers, out)
    except BirdsError as error:
        _give_up(error.detail)
    except (OSError, DataSetError) as error:
        _give_up(error)
    print(f"{found.model} on {found.photos:,} photos of {found.data}/{found.split}, 95 % intervals")
    for name, value in (("macro-F1", found.macro_f1), ("accuracy", found.accuracy), ("top 5", found.top5)):
        print(f"  {name:<20}{value}")
    print(f"  {'calibration error':<20}{found.calibration_error:.3f},", end=" ")
    print(f"{found.calibration_error_scaled:.3f} at temperature {found.temperature:.2f}")
    if found.comparison is not None:
        print(f"  {found.comparison.other}: macro-F1 {found.comparison.other_macro_f1},", end=" ")
        print(f"difference {found.comparison.difference}")
    for pair in found.confusions[:5]:
        print(f"  {pair.photos} x {pair.species}, called {pair.called}")


@app.command()
def export(
    model: Annotated[Path, typer.Argument(help="Folder with bundle.json and model.safetensors")],
    out: Annotated[Path, typer.Argument(help="Folder of the smaller one")],
    weights: Annotated[Literal["fp16", "int8"], typer.Option(help="Half the bytes, or a quarter")] = "int8",
) -> None:
    """Make a model's file smaller; evaluate it again before you publish it."""
    from shared.vision.packing import Packing
    from trainer.export import export as write

    try:
        print(write(model, out, Packing(weights)).id)
    except BirdsError as error:
        _give_up(error.detail)


@app.command()
def publish(
    folder: Annotated[Path, typer.Argument(help="Folder with bundle.json and model.safetensors")],
    evaluation: Annotated[
        list[Path] | None, typer.Option(help="evaluation.json of `evaluate`, for the model card")
    ] = None,
    stack: Annotated[
        Path | None, typer.Option("--data", help="Folder of a local stack; else BIRDS_S3_*, or that of var/")
    ] = None,
) -> None:
    """Publish a model to the registry; `birds models promote NAME@VERSION` makes workers switch to it."""
    from trainer.card import write_card
    from trainer.evaluation.evaluate import Evaluation

    try:
        write_card(folder, [Evaluation.model_validate_json(path.read_bytes()) for path in evaluation or ()])
        print(asyncio.run(_publish(folder, settings_or_stack(ObjectStoreSettings, stack))))
    except BirdsError as error:
        _give_up(error.detail)
    except (OSError, ValueError, LocalStackError) as error:
        _give_up(error)


def _train(
    recipe: str,
    data: Path,
    out: Path,
    changes: list[str],
    version: str,
    device: str,
    taught_by: Path | None = None,
    unlabelled: Path | None = None,
) -> None:
    import torch
    from rich.console import Console

    from shared.vision.allocator import keep_freed_memory
    from shared.vision.loading import load
    from trainer.data.data_set import photos_below, read_data_set
    from trainer.data.errors import DataSetError
    from trainer.training.processes import joined
    from trainer.training.progress import Silence, Terminal
    from trainer.training.recipe import RecipeError, read_recipe
    from trainer.training.train import train

    keep_freed_memory()
    try:
        with joined(torch.device(device)) as (processes, own_device):
            bundle = train(
                read_recipe(recipe, changes),
                read_data_set(data),
                out,
                version=version,
                device=own_device,
                teacher=load(taught_by) if taught_by else None,
                unlabelled=photos_below(unlabelled) if unlabelled else (),
                processes=processes,
                watcher=Terminal(Console()) if processes.is_first else Silence(),
            )
    except BirdsError as error:
        _give_up(error.detail)
    except (OSError, DataSetError, RecipeError) as error:
        _give_up(error)
    if processes.is_first:
        print(bundle)


def _give_up(reason: object) -> NoReturn:
    print(f"birds-train: {reason}", file=sys.stderr)
    raise typer.Exit(2)


async def _publish(folder: Path, storage: ObjectStoreSettings) -> RegistryRef:
    async with open_object_store(storage) as objects:
        await objects.ensure_bucket()
        return await registry.publish(objects, folder)


if __name__ == "__main__":
    app()
