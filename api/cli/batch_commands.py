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
