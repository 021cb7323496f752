"""`birds key`: who may use the system. Needs the ledger, not the api."""

from pathlib import Path

from rich.markup import escape
from rich.table import Column, Table

from api.cli.ids import only
from api.cli.ledger import open_ledger
from api.cli.output import report_console
from api.cli.running import counted, say
from shared.ledger.keys import create_key, list_keys, revoke_keys

MINUTE = "%Y-%m-%d %H:%M"


async def make_key(data: Path | None, owner: str) -> str:
    async with open_ledger(data) as ledger:
        return await create_key(ledger, owner)


async def print_keys(data: Path | None) -> None:
    """All keys, without what makes them keys."""
    async with open_ledger(data) as ledger:
        keys = await list_keys(ledger)
    whole = Column("ID", no_wrap=True, min_width=36)  # it is to be copied
    table = Table("Name", "Begins with", whole, "Made", "Revoked", box=None, header_style="bold")
    for key in keys:
        revoked = key.revoked_at.strftime(MINUTE) if key.revoked_at else ""
        table.add_row(escape(key.owner), key.hint, str(key.id), key.created_at.strftime(MINUTE), revoked)
    report_console().print(table)


async def end_keys(data: Path | None, which: str) -> None:
    """Revoke by owner, hint or the beginning of an id. Raises `CouldNotRunError` where none or several keys
    are called that."""
    async with open_ledger(data) as ledger:
        keys = [key for key in await list_keys(ledger) if key.revoked_at is None]
        if not any(which in {key.owner, key.hint} for key in keys):
            ids = [(str(key.id), str(key.id)) for key in keys if str(key.id).startswith(which.lower())]
            which = only(ids, which, "key in use called")
        revoked = await revoke_keys(ledger, which)
    say(f"revoked {counted(revoked, 'key')}")
