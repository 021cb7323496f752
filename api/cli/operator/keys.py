"""`birds key`: who may use the system. Needs the ledger, not the api."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from rich.markup import escape
from rich.table import Column, Table

from api.cli.ids import only
from api.cli.operator.ledger import open_ledger
from api.cli.output import report_console
from api.cli.running import CouldNotRunError, counted, say
from shared.ledger.keys import EVERYDAY, create_key, list_keys, revoke_keys
from shared.records import Scope

DAY_S = 24 * 3600
MINUTE = "%Y-%m-%d %H:%M"


async def make_key(
    data: Path | None, owner: str, scopes: Iterable[str], person: str | None, days: float | None
) -> str:
    """Raises `CouldNotRunError` for a scope that there is not."""
    if unknown := set(scopes) - set(Scope):
        raise CouldNotRunError(f"there is no scope {min(unknown)!r}; there are {', '.join(Scope)}")
    async with open_ledger(data) as ledger:
        lifetime_s = None if days is None else days * DAY_S
        wanted = set(map(Scope, scopes)) or EVERYDAY
        return (await create_key(ledger, owner, wanted, person=person, lifetime_s=lifetime_s)).secret


async def print_keys(data: Path | None) -> None:
    """All keys, without what makes them keys."""
    async with open_ledger(data) as ledger:
        keys = await list_keys(ledger)
    whole = Column("ID", no_wrap=True, min_width=36)  # it is to be copied
    heads = ("Name", "Person", "Begins with", whole, "Scopes", "Made", "Used", "Ends")
    table = Table(*heads, box=None, header_style="bold")
    for key in keys:
        ends = f"revoked {_minute(key.revoked_at)}" if key.revoked_at else _minute(key.expires_at)
        names = escape(key.owner), escape(key.person or ""), key.hint, str(key.id)
        table.add_row(*names, " ".join(key.scopes), _minute(key.created_at), _minute(key.used_at), ends)
    report_console().print(table)


def _minute(time: datetime | None) -> str:
    return time.strftime(MINUTE) if time else ""


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
