"""Whether object storage has what the ledger says, and nothing else."""

from collections.abc import AsyncIterator
from functools import partial
from uuid import UUID

from api.operator.findings import Finding
from api.settings import ApiSettings
from shared.ledger import upkeep
from shared.ledger.database import Pool
from shared.objects import ObjectStore
from shared.records import BlobId

DIGITS = "0123456789abcdef"  # keys are spread over so many folders; one of them at a time is held in memory


async def look_at_storage(_: ApiSettings, pool: Pool, objects: ObjectStore) -> AsyncIterator[Finding]:
    """Raises StorageAway."""
    for digit in DIGITS:
        before = await upkeep.blobs_by_digit(pool, digit)
        photos = _blob_ids(await objects.keys(f"photos/{digit}/"))
        thumbnails = _blob_ids(await objects.keys(f"thumbs/{digit}/"))
        after = await upkeep.blobs_by_digit(pool, digit)  # what came or went meanwhile is no finding
        missing = [blob for blob in before if before[blob] and after.get(blob) and blob not in photos]
        if missing:
            what = f"The bytes of {len(missing):,} pictures are missing ({missing[0]} among them)."
            yield Finding(what, partial(upkeep.distrust, pool, missing))
        unnamed = (photos | thumbnails) - before.keys() - after.keys()
        orphans = sorted(unnamed - await upkeep.garbage_by_digit(pool, digit))
        if orphans:
            what = f"Nothing names {len(orphans):,} objects ({orphans[0]} among them)."
            yield Finding(what, partial(upkeep.note_garbage, pool, orphans))


def _blob_ids(keys: list[str]) -> set[BlobId]:
    found = set()
    for key in keys:
        try:
            found.add(BlobId(UUID(key.rpartition("/")[2])))
        except ValueError:
            pass  # `.first`, which keeps a folder there
    return found
