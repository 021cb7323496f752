"""`birds-api backup`: ledger and photos as they were at one moment, into a folder.

Beside a running system: the rows come from one snapshot, and a photo's bytes never change. Run again into the
same folder, only photos that are new travel; tables take the place of the earlier ones when all is there.
"""

import asyncio
import hashlib
import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from shared.errors import BirdsError, Code
from shared.ledger.copies import applied_migrations, snapshot, stored_blobs, write_tables
from shared.ledger.database import Pool
from shared.objects import ObjectStore
from shared.records import BlobId, object_key

MANIFEST = "manifest.json"
LEDGER = "ledger"
OBJECTS = "objects"
MODELS = "models/"  # keys of published models begin so
VERSION = 1
TRANSFERS = 8  # objects at once


@dataclass(slots=True)
class Copied:
    """What became of the objects."""

    new: int = 0
    there: int = 0
    gone: int = 0  # deleted since the snapshot, or missing already
    damaged: int = 0  # other bytes than were classified; kept out


async def back_up(pool: Pool, objects: ObjectStore, folder: Path, tell: Callable[[str], None]) -> Copied:
    """Raises LedgerAway, StorageAway, OSError: the earlier backup in `folder` stays good then."""
    part = folder / f".{LEDGER}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    copied = Copied()
    async with snapshot(pool) as connection:
        migrations = await applied_migrations(connection)
        await write_tables(connection, part)
        group: list[tuple[BlobId, bytes, int]] = []
        async for blob in stored_blobs(connection):
            group.append(blob)
            if len(group) == TRANSFERS:
                await _copy_all(objects, folder, group, copied)
                group = []
        await _copy_all(objects, folder, group, copied)
    for key in await objects.keys(MODELS):
        await _fetch(objects, key, folder / OBJECTS / key)
    (part / MANIFEST).write_text(json.dumps({"version": VERSION, "migrations": migrations}) + "\n")
    shutil.rmtree(folder / LEDGER, ignore_errors=True)
    part.rename(folder / LEDGER)
    tell(f"{copied.new:,} photos copied, {copied.there:,} were there, {copied.gone:,} are gone from storage")
    if copied.damaged:
        tell(f"{copied.damaged:,} photos are not what was classified and were left out")
    return copied


async def _copy_all(
    objects: ObjectStore, folder: Path, blobs: Iterable[tuple[BlobId, bytes, int]], copied: Copied
) -> None:
    await asyncio.gather(*(_copy(objects, folder, *blob, copied) for blob in blobs))


async def _copy(
    objects: ObjectStore, folder: Path, blob_id: BlobId, sha256: bytes, size: int, copied: Copied
) -> None:
    path = folder / OBJECTS / object_key(blob_id)
    if path.exists() and path.stat().st_size == size:
        copied.there += 1
        return
    try:
        await _fetch(objects, object_key(blob_id), path)
    except BirdsError as error:
        if error.code is not Code.MISSING_OBJECT:
            raise
        copied.gone += 1
        return
    if await asyncio.to_thread(digest, path) != sha256:
        path.unlink()
        copied.damaged += 1
        return
    copied.new += 1


async def _fetch(objects: ObjectStore, key: str, path: Path) -> None:
    """Never half under its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        await objects.get_file(key, part)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


def digest(path: Path) -> bytes:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
