"""Commands about batches and their photos: what they can be told."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import BatchId, Data
from api.cli.running import run_command


class ExportFormat(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


def batches(
    limit: Annotated[int, typer.Option(help="The newest so many.", min=1)] = 20,
    data: Data = None,
) -> None:
    """List batches, the newest first."""
    from api.cli.batches import list_batches

    run_command(list_batches(data, limit))


def export(
    batch_id: BatchId,
    format: Annotated[ExportFormat, typer.Option(help="File format.")] = ExportFormat.CSV,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Standard output if not given.", metavar="FILE")
    ] = None,
    data: Data = None,
) -> None:
    """Download the answers of a batch."""
    from api.cli.batches import export_batch

    run_command(export_batch(data, batch_id, format.value, output))


def retry(batch_id: BatchId, data: Data = None) -> None:
    """Try the failed photos of a batch again whose failure may pass."""
    from api.cli.batches import retry_batch

    run_command(retry_batch(data, batch_id))


def delete(
    batch_id: BatchId,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    data: Data = None,
) -> None:
    """Delete a batch: its answers, and the photos that no other batch shows."""
    from api.cli.batches import delete_batch

    run_command(delete_batch(data, batch_id, ask=not yes))


def label(
    photo: Annotated[str, typer.Argument(metavar="PHOTO", help="Its ID, or a beginning that no other has.")],
    species: Annotated[
        str | None, typer.Argument(metavar="SPECIES", help="As the model names it, or `Not a bird`.")
    ] = None,
    *,
    batch_id: Annotated[
        str | None, typer.Option("--batch", metavar="ID", help="Where PHOTO is the photo's name in a batch.")
    ] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take an earlier correction back.")] = False,
    data: Data = None,
) -> None:
    """Correct the species of a photo, beside the model's answer."""
    from api.cli.label import label_photo

    if (species is None) != withdraw:
        raise typer.BadParameter("name a species, or take the correction back with --withdraw")
    run_command(label_photo(data, photo, species, batch_id))
