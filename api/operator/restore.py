"""`birds-api restore`: a backup into empty servers, from where all that was queued goes on.

Objects first: no row ever names bytes that are not there.
"""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

from api.operator.backup import LEDGER, MANIFEST, OBJECTS, TRANSFERS, VERSION
from shared.errors import BirdsError, Code
from shared.ledger.copies import is_empty, read_tables
from shared.ledger.database import open_pool
from shared.ledger.migrate import migrate
from shared.objects import ObjectStore


async def restore(postgres_url: str, objects: ObjectStore, folder: Path, tell: Callable[[str], None]) -> None:
    """Raises BirdsError (`invalid-request`) for what is no backup, or for a ledger in use."""
    migrations = _read_manifest(folder)
    # As it was when it was backed up; what this version has added since comes after its rows.
    await migrate(postgres_url, only=migrations)
    async with open_pool(postgres_url, 2) as pool:
        if not await is_empty(pool):
            raise BirdsError(
                Code.INVALID_REQUEST, "The ledger is in use; a backup is restored into an empty one."
            )
    await objects.ensure_bucket()
    paths = await asyncio.to_thread(_objects, folder / OBJECTS)
    for start in range(0, len(paths), TRANSFERS):
        part = paths[start : start + TRANSFERS]
        await asyncio.gather(
            *(objects.put_file(str(path.relative_to(folder / OBJECTS)), path) for path in part)
        )
    await read_tables(postgres_url, folder / LEDGER)
    await migrate(postgres_url)
    tell(f"{len(paths):,} objects and the ledger are restored; start the api and the workers")


def _objects(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def _read_manifest(folder: Path) -> list[str]:
    """The migrations of its ledger."""
    try:
        manifest = json.loads((folder / LEDGER / MANIFEST).read_text())
        if manifest["version"] == VERSION:
            return list(manifest["migrations"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # told below
    raise BirdsError(Code.INVALID_REQUEST, f"{folder} holds no backup of this version of Birds.")
