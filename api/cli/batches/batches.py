"""`birds batches`, `birds export`, `birds retry`, `birds cancel` and `birds delete`."""

import sys
from pathlib import Path

import typer
from rich.markup import escape
from rich.table import Table

from api.cli.ids import find_batch, shortened
from api.cli.output import PLAIN_WIDTH, check_writable, replacing, report_console
from api.cli.running import CouldNotRunError, counted, say
from api.cli.server import connected
from api.client import BatchDocument
from api.client.patience import IMPATIENT
from api.client.records import ExportFormat, License

COLUMNS = ("State", "Photos", "Done", "Failed", "Created")
ID_WIDTH = 36
NOT_FOR_A_TERMINAL = frozenset(("parquet", "camtrap-dp", "dwca", "xmp"))
MINUTE = slice(0, 16)  # of an RFC 3339 time


async def list_batches(data: Path | None, limit: int) -> None:
    """The newest `limit` batches as a table. Where it would not fit, names are cut and IDs shortened to what
    `find_batch` knows them by; numbers go before an ID does."""
    async with connected(data, IMPATIENT) as client:
        batches = await shortened(client.batches(), limit)
    console = report_console()
    narrow = console.width < PLAIN_WIDTH
    table = Table(box=None, header_style="bold")
    width = max((len(short) for short, _ in batches), default=0) if narrow else ID_WIDTH
    table.add_column("ID", no_wrap=True, min_width=width)
    table.add_column("Name", no_wrap=narrow, overflow="ellipsis")
    for heading in COLUMNS:
        table.add_column(heading, no_wrap=True)
    for short, batch in batches:
        table.add_row(short if narrow else batch["id"], *_row(batch))
    console.print(table)


async def export_batch(
    data: Path | None,
    batch_id: str,
    format: ExportFormat,
    output: Path | None,
    license: License | None = None,
) -> None:
    """To `output`, or to standard output. Raises `CouldNotRunError`."""
    async with connected(data, IMPATIENT) as client:
        if output is not None:
            check_writable(output)
            batch_id = (await find_batch(client, batch_id))["id"]
            with replacing(output) as file:
                await client.save_export(batch_id, file, format, license=license, left_out=_say_left_out)
            return
        if format in NOT_FOR_A_TERMINAL and sys.stdout.isatty():
            raise CouldNotRunError(f"{format} is nothing for a terminal: name a file with -o")
        batch_id = (await find_batch(client, batch_id))["id"]
        async for block in client.export(batch_id, format, license=license, left_out=_say_left_out):
            sys.stdout.buffer.write(block)
        sys.stdout.flush()


def _say_left_out(said: str) -> None:
    """What the format can't tell of: `12; no-place=7; no-time=5`."""
    number, _, reasons = said.partition("; ")
    if number != "0":
        say(f"left out, as this format can't tell of them: {number} ({reasons})")


async def retry_batch(data: Path | None, text: str) -> None:
    """Says how many photos are queued again."""
    async with connected(data, IMPATIENT) as client:
        batch = await find_batch(client, text)
        retried = await client.retry(batch["id"])
    failed, left = batch["counts"]["failed"], retried["counts"]["failed"]
    if retried.get("retrying"):  # older servers do not say
        say(f"{counted(failed - left, 'photo')} queued again, and more of {left:,} as it goes on")
    elif failed > left:
        say(f"{counted(failed - left, 'photo')} queued again, {left:,} failed for good")
    else:
        say(f"nothing to try again: {counted(failed, 'photo')} failed" + (" for good" if failed else ""))


async def cancel_batch(data: Path | None, text: str) -> None:
    """Says what has become of its photos."""
    async with connected(data, IMPATIENT) as client:
        batch = await client.cancel((await find_batch(client, text))["id"])
    counts = batch["counts"]
    if batch["cancelled_at"] is None:
        say(f"nothing to cancel: {counted(counts['accepted'], 'photo')} answered")
    elif batch["cancelling"]:
        say(f"cancelled; {counted(counts['queued'], 'photo')} are still being ended")
    else:
        say(f"cancelled: {counted(counts['done'], 'photo')} answered, {counts['failed']:,} not")


async def delete_batch(data: Path | None, text: str, *, ask: bool) -> None:
    """Asks first where a person is there to answer. Raises `CouldNotRunError`."""
    async with connected(data, IMPATIENT) as client:
        batch = await find_batch(client, text)
        what = f"batch {batch['id']} {batch['name'] or ''}".rstrip()
        what += f", {counted(batch['counts']['accepted'], 'photo')}"
        if ask and sys.stdin.isatty() and not typer.confirm(f"Delete {what}?", err=True):
            raise CouldNotRunError("nothing was deleted")
        await client.delete(batch["id"])
    say(f"deleted {what}")


def _row(batch: BatchDocument) -> tuple[str, ...]:
    counts = batch["counts"]
    numbers = (f"{counts[state]:,}" for state in ("accepted", "done", "failed"))
    created = batch["created_at"][MINUTE].replace("T", " ")
    return (escape(batch["name"] or ""), batch["state"], *numbers, created)
