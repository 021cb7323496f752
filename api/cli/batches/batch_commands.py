"""Commands about batches and their photos: what they can be told."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import BatchId, Data, GivenLicense
from api.cli.running import run_command


class ExportFormat(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    MEGADETECTOR = "megadetector"
    EBIRD = "ebird"
    CAMTRAP_DP = "camtrap-dp"
    DWCA = "dwca"
    INATURALIST = "inaturalist"
    LABEL_STUDIO = "label-studio"
    COCO_CAMERA_TRAPS = "coco-camera-traps"
    XMP = "xmp"


def batches(
    limit: Annotated[int, typer.Option(help="The newest so many.", min=1)] = 20,
    data: Data = None,
) -> None:
    """List batches, the newest first."""
    from api.cli.batches.batches import list_batches

    run_command(list_batches(data, limit))


def export(
    batch_id: BatchId,
    format: Annotated[ExportFormat, typer.Option(help="File format.")] = ExportFormat.CSV,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Standard output if not given.", metavar="FILE")
    ] = None,
    license: GivenLicense = None,
    data: Data = None,
) -> None:
    """Download the answers of a batch."""
    from api.cli.batches.batches import export_batch

    run_command(
        export_batch(data, batch_id, format.value, output, None if license is None else license.value)
    )


def retry(batch_id: BatchId, data: Data = None) -> None:
    """Try the failed photos of a batch again whose failure may pass."""
    from api.cli.batches.batches import retry_batch

    run_command(retry_batch(data, batch_id))


def cancel(batch_id: BatchId, data: Data = None) -> None:
    """Cancel a batch: photos without an answer are not looked at. `birds retry` takes them up again."""
    from api.cli.batches.batches import cancel_batch

    run_command(cancel_batch(data, batch_id))


def reanswer(
    batch_id: BatchId,
    *,
    model: Annotated[
        str | None, typer.Option(metavar="NAME@VERSION", help="To be refused where another one is active.")
    ] = None,
    data: Data = None,
) -> None:
    """Have the active model answer the photos of a batch again that another one answered."""
    from api.cli.batches.scoring import reanswer_batch

    run_command(reanswer_batch(data, batch_id, model))


def rescore(
    batch_id: BatchId,
    *,
    threshold: Annotated[
        float | None,
        typer.Option(help="From which a species is named, else its genus, family, order."),
    ] = None,
    species: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=PROBABILITY", help="That of one species; may be given several times."),
    ] = None,
    temperature: Annotated[
        float | None, typer.Option(help="Above the model's own it is less sure of all it says.")
    ] = None,
    reorder: Annotated[
        bool | None,
        typer.Option(
            "--reorder/--no-reorder", help="Whether birds that are not to be expected there come last."
        ),
    ] = None,
    defaults: Annotated[
        bool, typer.Option("--defaults", help="What is not given here goes back to its default.")
    ] = False,
    data: Data = None,
) -> None:
    """Tell the answers of a batch anew, of what the model said; no photo is looked at again."""
    from api.cli.batches.scoring import rescore_batch, thresholds_of

    given = {
        "threshold": threshold,
        "temperature": temperature,
        "thresholds": thresholds_of(species) if species else None,
        "range": None if reorder is None else {"reorder": reorder},
    }
    settings = {name: value for name, value in given.items() if defaults or value is not None}
    run_command(rescore_batch(data, batch_id, settings))


def delete(
    batch_id: BatchId,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    data: Data = None,
) -> None:
    """Delete a batch: its answers, and the photos that no other batch shows."""
    from api.cli.batches.batches import delete_batch

    run_command(delete_batch(data, batch_id, ask=not yes))
