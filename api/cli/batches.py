"""`birds batches` and `birds export`."""

import sys
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from api.cli.output import check_writable, replacing, report_console
from api.cli.running import CouldNotRunError
from api.cli.server import connected
from api.client import BatchDocument
from api.client.patience import IMPATIENT
from api.client.records import ExportFormat

COLUMNS = ("ID", "Name", "State", "Photos", "Done", "Failed", "Created")
MINUTE = slice(0, 16)  # of an RFC 3339 time


async def list_batches(data: Path | None, limit: int) -> None:
    """The newest `limit` batches as a table."""
    table = Table(*COLUMNS, box=None, header_style="bold")
    async with connected(data, IMPATIENT) as client:
        async for batch in client.batches():
            table.add_row(*_row(batch))
            if table.row_count == limit:
                break
    report_console().print(table)


async def export_batch(data: Path | None, batch_id: str, format: ExportFormat, output: Path | None) -> None:
    """To `output`, or to standard output. Raises `CouldNotRunError`."""
    async with connected(data, IMPATIENT) as client:
        if output is not None:
            check_writable(output)
            with replacing(output) as file:
                await client.save_export(batch_id, file, format)
            return
        if format == "parquet" and sys.stdout.isatty():
            raise CouldNotRunError("parquet is nothing for a terminal: name a file with -o")
        async for block in client.export(batch_id, format):
            sys.stdout.buffer.write(block)
        sys.stdout.flush()


def _row(batch: BatchDocument) -> tuple[str, ...]:
    counts = batch["counts"]
    numbers = (f"{counts[state]:,}" for state in ("accepted", "done", "failed"))
    created = batch["created_at"][MINUTE].replace("T", " ")
    return (batch["id"], escape(batch["name"] or ""), batch["state"], *numbers, created)
