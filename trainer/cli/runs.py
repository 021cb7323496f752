"""Runs: of a teacher, of a student."""

from pathlib import Path
from typing import Annotated

import typer

from shared.errors import BirdsError
from trainer.cli.problems import find_device, give_up, in_short

MODEL_FOLDER = "model"  # of a run, with its bundle
STEPS_A_LINE = 10  # of a lesson by blocks

Recipe = Annotated[str, typer.Argument(help="A recipe's name, or a TOML file")]
Data = Annotated[Path, typer.Argument(help="Data set: train|valid|test/<SPECIES>/*.jpg")]
Out = Annotated[Path, typer.Argument(help="The run's folder; run again to go on where it stopped")]
Change = Annotated[list[str] | None, typer.Option("--set", help="Change the recipe: optimizer.lr=0.001")]
Version = Annotated[str, typer.Option(help="Of the bundle that comes of it")]
TaughtBy = Annotated[Path, typer.Option("--teacher", help="Folder of the teacher's bundle")]
Device = Annotated[str, typer.Option(help="cpu, cuda, cuda:1, mps")]


def teacher(
    recipe: Recipe, data: Data, out: Out, set_: Change = None, version: Version = "1", device: Device = "cpu"
) -> None:
    """Train a model on labels alone."""
    _train(recipe, data, out, set_ or [], version, device)


def backbones(
    recipe: Recipe,
    data: Data,
    out: Out,
    set_: Change = None,
    version: Version = "1",
    device: Device = "cpu",
    features: Annotated[
        Path | None, typer.Option(help="Folder of features that runs share; else the run's own")
    ] = None,
) -> None:
    """Fit one head over several trained networks, which stay as they are: a teacher in minutes."""
    from rich.console import Console

    from shared.vision.allocator import keep_freed_memory
    from trainer.backbones.fit import fit_backbones
    from trainer.backbones.recipe import OURS, BackbonesRecipe
    from trainer.data.data_set import read_data_set
    from trainer.data.errors import DataSetError
    from trainer.training.recipe import RecipeError, read

    keep_freed_memory()
    done = 0

    def ticked(photos: int) -> None:
        nonlocal done
        done += photos
        console.print(f"features of {done:,} photos")

    console = Console(stderr=True)
    try:
        fit_backbones(
            read(BackbonesRecipe, recipe, set_ or [], OURS),
            read_data_set(data),
            out / MODEL_FOLDER,
            version=version,
            device=find_device(device),
            cache=features or out / "features",
            ticked=ticked,
        )
    except BirdsError as error:
        give_up(error.detail)
    except (OSError, DataSetError, RecipeError) as error:
        give_up(in_short(error))
    print(out / MODEL_FOLDER)


def blocks(
    recipe: Recipe,
    data: Data,
    out: Out,
    taught_by: TaughtBy,
    set_: Change = None,
    version: Version = "1",
    device: Device = "cpu",
) -> None:
    """Train a network of the teacher's shape from scratch, block by block; labels are not used."""
    from rich.console import Console

    from shared.vision.allocator import keep_freed_memory
    from shared.vision.loading import load
    from trainer.blocks.learn import learn_blocks
    from trainer.blocks.recipe import OURS, BlocksRecipe
    from trainer.data.data_set import read_data_set
    from trainer.data.errors import DataSetError
    from trainer.training.recipe import RecipeError, read

    keep_freed_memory()
    console = Console(stderr=True)
    try:
        teacher, photos = load(taught_by), read_data_set(data)
        steps = learn_blocks(
            read(BlocksRecipe, recipe, set_ or [], OURS),
            [*(one.path for one in photos.of("train")), *photos.no_birds_learned],
            teacher,
            out,
            version=version,
            device=find_device(device),
        )
        for step in steps:
            if step.number % STEPS_A_LINE == 0:
                last, mean = step.missed[-1], sum(step.missed) / len(step.missed)
                console.print(f"step {step.number:,}: {mean:.1%} missed by block, {last:.1%} at the end")
    except BirdsError as error:
        give_up(error.detail)
    except (OSError, DataSetError, RecipeError) as error:
        give_up(in_short(error))
    print(out / MODEL_FOLDER)


def student(
    recipe: Recipe,
    data: Data,
    out: Out,
    taught_by: Annotated[
        Path | None, typer.Option("--teacher", help="Folder of the teacher's bundle")
    ] = None,
    set_: Change = None,
    version: Version = "1",
    device: Device = "cpu",
    unlabelled: Annotated[
        Path | None,
        typer.Option(help="Folder of more photos: of these the teacher alone says something"),
    ] = None,
    parent: Annotated[
        str | None,
        typer.Option(
            "--continue",
            metavar="MODEL",
            help="Go on from this model instead, its own teacher: birds525, a bundle's folder, or one that"
            " was published, NAME@VERSION",
        ),
    ] = None,
    old: Annotated[
        Path | None,
        typer.Option(help="With --continue: the data set that MODEL was taught, where it is there"),
    ] = None,
) -> None:
    """Train a model by what a teacher says of the same view of each photo; or go on from a model.

    With --continue, DATA is what birds dataset export wrote, and RECIPE is corrections. Species that MODEL
    does not know are added to it.
    """
    if parent is not None:
        if taught_by or unlabelled:
            give_up("a model that goes on is its own teacher: leave out --teacher and --unlabelled")
        _continue(recipe, data, out, set_ or [], version, device, parent, old)
        return
    if taught_by is None:
        give_up("--teacher or --continue must be given")
    if old is not None:
        give_up("--old goes with --continue")
    _train(recipe, data, out, set_ or [], version, device, taught_by, unlabelled)


def _continue(
    recipe: str,
    data: Path,
    out: Path,
    changes: list[str],
    version: str,
    device: str,
    model: str,
    old: Path | None,
) -> None:
    from rich.console import Console

    from shared.vision.allocator import keep_freed_memory
    from trainer.continuing.learn import continue_model
    from trainer.continuing.recipe import OURS, ContinuedRecipe
    from trainer.data.data_set import read_data_set
    from trainer.data.errors import DataSetError
    from trainer.published import folder_of_published
    from trainer.training.recipe import RecipeError, read

    keep_freed_memory()
    console = Console(stderr=True)
    try:
        made = continue_model(
            read(ContinuedRecipe, recipe, changes, OURS),
            str(folder_of_published(model) or model),
            [read_data_set(folder) for folder in (data, old) if folder],
            out / MODEL_FOLDER,
            version=version,
            device=find_device(device),
            cache=out / "features",
            ticked=console.print,
        )
    except BirdsError as error:
        give_up(error.detail)
    except (OSError, DataSetError, RecipeError) as error:
        give_up(in_short(error))
    for name, value in made.metrics.items():
        console.print(f"{name}: {value:.3f}")
    print(out / MODEL_FOLDER)


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
        with joined(find_device(device)) as (processes, own_device):
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
        give_up(error.detail)
    except (OSError, DataSetError, RecipeError) as error:
        give_up(in_short(error))
    if processes.is_first:
        print(bundle)
