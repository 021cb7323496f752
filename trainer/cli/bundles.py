"""Models: measured, made smaller, published."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from shared.errors import BirdsError
from shared.local_stack import LocalStackError
from shared.objects import open_object_store
from shared.settings import ObjectStoreSettings
from shared.stack_settings import settings_or_stack
from shared.vision import registry
from shared.vision.refs import RegistryRef
from trainer.cli.problems import find_device, give_up
from trainer.data.errors import DataSetError

Photos = Annotated[
    Path | None,
    typer.Option(help="Data set whose valid/ an int8 graph is made with, and on whose test/ it is measured"),
]


def evaluate(
    model: Annotated[Path, typer.Argument(help="Folder with bundle.json and model.safetensors")],
    data: Annotated[Path, typer.Argument(help="Data set: train|valid|test/<SPECIES>/*.jpg")],
    split: Annotated[str, typer.Option(help="Which part of it to measure on")] = "test",
    against: Annotated[Path | None, typer.Option(help="Another model's folder, to compare with")] = None,
    out: Annotated[Path | None, typer.Option(help="Write JSON, CSV, PNG and one HTML page here")] = None,
    device: Annotated[str, typer.Option(help="cpu, cuda, cuda:1, mps")] = "cpu",
) -> None:
    """Measure a model: macro-F1, accuracy and top 5 with 95 % intervals, calibration, confusions."""
    from shared.vision.allocator import keep_freed_memory
    from trainer.data.data_set import read_data_set
    from trainer.evaluation.files import write_evaluation
    from trainer.evaluation.measure import measure

    keep_freed_memory()
    try:
        found, answers = measure(model, read_data_set(data), split, find_device(device), against)
        if out is not None:
            write_evaluation(found, answers, out)
    except BirdsError as error:
        give_up(error.detail)
    except (OSError, DataSetError) as error:
        give_up(error)
    print(f"{found.model} on {found.photos:,} photos of {found.data}/{found.split}, 95 % intervals")
    for name, value in (("macro-F1", found.macro_f1), ("accuracy", found.accuracy), ("top 5", found.top5)):
        print(f"  {name:<20}{value}")
    print(f"  {'calibration error':<20}{found.calibration_error:.3f},", end=" ")
    print(f"{found.calibration_error_scaled:.3f} at temperature {found.temperature:.2f}")
    if found.birds_called_birds is not None:
        print(f"  {'called birds':<20}{found.birds_called_birds:.1%} of birds", end="")
        if found.others_called_birds is not None:
            print(f", {found.others_called_birds:.1%} of {found.others} photos of anything else", end="")
        print()
    if found.comparison is not None:
        print(f"  {found.comparison.other}: macro-F1 {found.comparison.other_macro_f1},", end=" ")
        print(f"difference {found.comparison.difference}")
    for pair in found.confusions[:5]:
        print(f"  {pair.photos} x {pair.species}, called {pair.called}")


def adopt(
    weights: Annotated[Path, typer.Argument(help="A safetensors file with timm's names")],
    labels: Annotated[Path, typer.Argument(help="Text, a line for each output")],
    out: Annotated[Path, typer.Argument(help="Folder of the bundle")],
    architecture: Annotated[str, typer.Option(help="timm's name of it")],
    size: Annotated[int, typer.Option(help="Pixels a side")],
    mean: Annotated[float, typer.Option(help="Of each channel, from 0 to 1")] = 0.5,
    std: Annotated[float, typer.Option(help="Of each channel")] = 0.5,
    name: Annotated[str | None, typer.Option(help="Of the bundle; else its folder's")] = None,
    argument: Annotated[
        list[str] | None, typer.Option(help="Of timm's create_model, such as pad_type=same")
    ] = None,
) -> None:
    """Make a bundle of a classifier that somebody else trained."""
    from shared.vision.bundle import InputSpec
    from shared.vision.preprocess import Interpolation
    from trainer.adopt import adopt as make

    try:
        made = make(
            weights,
            labels,
            out,
            name=name or out.name,
            architecture=architecture,
            arguments=dict(_pair(one) for one in argument or ()),
            spec=InputSpec(
                size=size, mean=(mean,) * 3, std=(std,) * 3, interpolation=Interpolation.BICUBIC, crop_pct=1.0
            ),
        )
    except BirdsError as error:
        give_up(error.detail)
    except (OSError, ValueError) as error:
        give_up(error)
    print(made.id)


def average(
    first: Annotated[Path, typer.Argument(help="Folder of a bundle")],
    second: Annotated[Path, typer.Argument(help="Of one that has gone on from it")],
    out: Annotated[Path, typer.Argument(help="Folder of the new one")],
    share: Annotated[float, typer.Option(min=0, max=1, help="Of the second")] = 0.5,
) -> None:
    """Average two models' weights; fit a head anew, by `backbones`, before you measure."""
    from trainer.average import average as write

    try:
        print(write(first, second, out, share).id)
    except BirdsError as error:
        give_up(error.detail)


def _pair(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator:
        raise ValueError(f"{text!r} is not like name=value")
    return name, value


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
        give_up(error.detail)


def graph(
    model: Annotated[
        Path, typer.Argument(help="Folder with bundle.json and model.safetensors or model.onnx")
    ],
    photos: Photos = None,
) -> None:
    """Write a model's ONNX graph beside its weights, as `publish` does: CPU workers then need no torch.

    With photos, also one for int8, twice as fast on CPUs without bf16, unless its answers differ too much.
    """
    from shared.vision.bundle import WeightsFile, read_bundle
    from trainer.graph import write_graph

    try:
        if photos is None or read_bundle(model).weights_file is not WeightsFile.ONNX:
            write_graph(model)
        if photos is not None:
            _give_precisions(model, photos)
        print(read_bundle(model).id)
    except BirdsError as error:
        give_up(error.detail)
    except (OSError, DataSetError) as error:
        give_up(error)


def card(
    folder: Annotated[Path, typer.Argument(help="Folder with a bundle; the card is written into it")],
    evaluation: Annotated[list[Path] | None, typer.Option(help="evaluation.json of `evaluate`")] = None,
    notes: Annotated[Path | None, typer.Option(help="Markdown: of its data, what it is bad at")] = None,
) -> None:
    """Write a model's card, as `publish` does."""
    from trainer.card import write_card
    from trainer.evaluation.evaluate import Evaluation

    try:
        found = [Evaluation.model_validate_json(path.read_bytes()) for path in evaluation or ()]
        print(write_card(folder, found, notes.read_text() if notes else ""))
    except BirdsError as error:
        give_up(error.detail)
    except (OSError, ValueError) as error:
        give_up(error)


def publish(
    folder: Annotated[
        Path, typer.Argument(help="Folder with bundle.json and model.safetensors or model.onnx")
    ],
    evaluation: Annotated[
        list[Path] | None, typer.Option(help="evaluation.json of `evaluate`, for the model card")
    ] = None,
    photos: Photos = None,
    stack: Annotated[
        Path | None, typer.Option("--data", help="Folder of a local stack; else BIRDS_S3_*, or that of var/")
    ] = None,
) -> None:
    """Publish a model to the registry; `birds models promote NAME@VERSION` makes workers switch to it."""
    from trainer.card import write_card
    from trainer.evaluation.evaluate import Evaluation

    try:
        _give_graph(folder)
        if photos is not None:
            _give_precisions(folder, photos)
        write_card(folder, [Evaluation.model_validate_json(path.read_bytes()) for path in evaluation or ()])
        print(asyncio.run(_publish(folder, settings_or_stack(ObjectStoreSettings, stack))))
    except BirdsError as error:
        give_up(error.detail)
    except (OSError, ValueError, DataSetError, LocalStackError) as error:
        give_up(error)


def _give_precisions(folder: Path, photos: Path) -> None:
    """Says on standard error how far each precision agrees with fp32."""
    from trainer.data.data_set import read_data_set
    from trainer.precisions import write_precisions

    for precision, found in write_precisions(folder, read_data_set(photos), "test").agreement.items():
        verdict = "" if found.is_enough(precision) else "; too little for workers to take it"
        print(f"{precision}: {found}{verdict}", file=sys.stderr)


def _give_graph(folder: Path) -> None:
    """Where it has none and can have one: torch runs it anyway."""
    from shared.vision.bundle import read_bundle
    from shared.vision.stored_graph import has_graph
    from trainer.graph import write_graph

    if has_graph(read_bundle(folder)):
        return
    try:
        write_graph(folder)
    except BirdsError as error:
        print(f"without a graph, so for workers with torch alone: {error.detail}", file=sys.stderr)


async def _publish(folder: Path, storage: ObjectStoreSettings) -> RegistryRef:
    async with open_object_store(storage) as objects:
        await objects.ensure_bucket()
        return await registry.publish(objects, folder)
