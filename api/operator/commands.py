"""The commands of `birds-api`: what each can be told. Without one it serves."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from api.operator import backup as backing_up
from api.operator import restore as restoring
from api.operator.doctor import examine
from api.operator.retention import GB, Retention, retire
from api.settings import ApiSettings
from shared.errors import BirdsError
from shared.ledger.database import LedgerRefused, Pool, open_pool
from shared.ledger.upkeep import usage_by_owner
from shared.local_stack import LocalStackError
from shared.objects import ObjectStore, open_object_store
from shared.stack_settings import settings_or_stack

T = TypeVar("T")
CONNECTIONS = 4
EXIT_FOUND = 1
EXIT_COULD_NOT_RUN = 2

Data = Annotated[Path | None, typer.Option(help="Folder of the local stack.", metavar="DIR")]
Folder = Annotated[Path, typer.Argument(metavar="FOLDER")]

app = typer.Typer(
    help="Serves the HTTP interface; with a command it looks after the system instead, and ends.",
    pretty_exceptions_enable=False,
)


@app.command()
def doctor(
    *,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended.")] = False,
    data: Data = None,
) -> None:
    """Ask whether ledger, broker and storage agree, and the machine can go on.

    Exit status: 0 all is well or repaired, 1 something is not, 2 could not run.
    """

    async def run() -> int:
        settings = _settings(data)
        async with _opened(settings) as (pool, objects):
            report = await examine(settings, pool, objects, print, repair=repair)
        print(f"{report.found} found, {report.repaired} repaired")
        return 0 if report.found == report.repaired else EXIT_FOUND

    raise typer.Exit(_run(run()))


@app.command()
def usage(data: Data = None) -> None:
    """What each owner has, those with the most bytes first."""

    async def run() -> None:
        async with _opened(_settings(data)) as (pool, _):
            owners = await usage_by_owner(pool)
        table = Table("Owner", "Batches", "Photos", "Of 30 days", "Waiting", "GB", "Used", box=None)
        for one in owners:
            counts = (one.batches, one.photos, one.photos_30_days, one.queued)
            used = one.used_at.strftime("%Y-%m-%d") if one.used_at else ""
            table.add_row(one.owner, *(f"{count:,}" for count in counts), f"{one.bytes / GB:.2f}", used)
        Console(width=None if Console().is_terminal else 120).print(table)

    _run(run())


@app.command()
def retention(
    *,
    days: Annotated[
        float | None, typer.Option(help="Delete batches that were finished so long ago.", min=0)
    ] = None,
    gigabytes: Annotated[
        float | None, typer.Option(help="Delete the oldest until their photos fit into so much.", min=0)
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    data: Data = None,
) -> None:
    """Delete finished batches of all owners that are too old, or too much."""
    if days is None and gigabytes is None:
        raise typer.BadParameter("say --days, --gigabytes, or both")

    async def run() -> None:
        async with _opened(_settings(data)) as (pool, _):
            await retire(pool, Retention(days, gigabytes), print, dry_run=dry_run)

    _run(run())


@app.command()
def backup(folder: Folder, data: Data = None) -> None:
    """Copy ledger and photos into FOLDER, as they are at one moment; again: what is new."""

    async def run() -> None:
        async with _opened(_settings(data)) as (pool, objects):
            await backing_up.back_up(pool, objects, folder, print)

    _run(run())


@app.command()
def restore(folder: Folder, data: Data = None) -> None:
    """Bring what `backup` copied into servers that are empty."""

    async def run() -> None:
        settings = _settings(data)
        async with open_object_store(settings) as objects:
            await restoring.restore(settings.postgres_url.get_secret_value(), objects, folder, print)

    _run(run())


def _settings(data: Path | None) -> ApiSettings:
    return settings_or_stack(ApiSettings, data)


@asynccontextmanager
async def _opened(settings: ApiSettings) -> AsyncIterator[tuple[Pool, ObjectStore]]:
    async with (
        open_pool(settings.postgres_url.get_secret_value(), CONNECTIONS) as pool,
        open_object_store(settings) as objects,
    ):
        yield pool, objects


def _run(command: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(command)
    except (BirdsError, LedgerRefused, LocalStackError, OSError) as error:
        _give_up(error)


def _give_up(error: Exception) -> NoReturn:
    typer.echo(f"birds-api: {error}", err=True)
    raise SystemExit(EXIT_COULD_NOT_RUN)
