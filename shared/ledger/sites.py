"""What people say of where and when the photos of a batch were taken."""

from collections.abc import Sequence
from dataclasses import asdict

from shared.ledger.batches import get_batch, lock_batch
from shared.ledger.database import Connection, Pool, transaction
from shared.ledger.statements import statements
from shared.place.site import Site
from shared.records import BatchId, OwnerId

_sql = statements("sites")


async def list_sites(pool: Pool, owner_id: OwnerId, batch_id: BatchId) -> list[Site]:
    """By folder. Raises `not-found`."""
    await get_batch(pool, owner_id, batch_id)
    return [Site(**row) async for row in _sql.sites_of(pool, batch_id=batch_id)]


async def put_sites(pool: Pool, owner_id: OwnerId, batch_id: BatchId, sites: Sequence[Site]) -> None:
    """These, in the stead of all that were said before. Raises `not-found`."""
    async with transaction(pool) as connection:
        await lock_batch(connection, owner_id, batch_id)
        await _sql.forget_sites(connection, batch_id=batch_id)
        await keep_sites(connection, batch_id, sites)


async def keep_sites(connection: Connection, batch_id: BatchId, sites: Sequence[Site]) -> None:
    await _sql.keep_sites(connection, batch_id=batch_id, sites=[asdict(site) for site in sites])
