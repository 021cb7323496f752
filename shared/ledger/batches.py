"""Batches: made, listed, changed and closed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from shared.client_words import NOTHING_SAID, ClientWords, check_metadata
from shared.errors import BirdsError, Code
from shared.ledger.database import Connection, Pool, transaction
from shared.ledger.reservations import give_up_uploads
from shared.ledger.statements import statements
from shared.place.site import Site
from shared.records import Batch, BatchId, Counts, Lane, OwnerId, PhotoId, new_id
from shared.scoring.settings import ScoringSettings

_sql = statements("batches")
_sites = statements("sites")


async def create_batch(
    pool: Pool,
    owner_id: OwnerId,
    *,
    name: str | None,
    lane: Lane,
    top_k: int,
    listed: bool = True,
    idempotency_key: str | None = None,
    site: Site | None = None,
    scoring: dict[str, Any] | None = None,
    words: ClientWords = NOTHING_SAID,
    expires_at: datetime | None = None,
) -> BatchId:
    """Open a batch; `listed=False` is for the batch of one behind a single classification.

    The second time under one `idempotency_key` of an owner gives the batch of the first time.
    `site`: where and when its photos are taken; `scoring`: as `ScoringSettings.of` reads it.
    """
    create = partial(
        _sql.create_batch,
        id=new_id(),
        owner_id=owner_id,
        name=name,
        lane=lane,
        top_k=top_k,
        listed=listed,
        idempotency_key=idempotency_key,
        scoring=scoring,
        client_id=words.client_id,
        metadata=words.metadata,
        expires_at=expires_at,
    )
    if site is None:
        return BatchId(await create(pool))
    async with transaction(pool) as connection:
        batch_id = BatchId(await create(connection))
        await _sites.keep_sites(connection, batch_id=batch_id, sites=[asdict(site)])
        return batch_id


async def get_batch(pool: Connection | Pool, owner_id: OwnerId, batch_id: BatchId) -> Batch:
    """One batch with its counts. Raises `not-found` if this owner has no such batch."""
    row = await _sql.get_batch(pool, batch_id=batch_id, owner_id=owner_id)
    if row is None:
        raise no_such_batch()
    return _batch(row)


async def list_batches(
    pool: Pool, owner_id: OwnerId, *, before: BatchId | None, limit: int, client_id: str | None = None
) -> list[Batch]:
    """An owner's batches older than `before`, newest first; with a `client_id` those of it alone."""
    rows = _sql.list_batches(pool, owner_id=owner_id, before=before, limit=limit, client_id=client_id)
    return [_batch(row) async for row in rows]


async def lock_batch(connection: Connection, owner_id: OwnerId, batch_id: BatchId) -> Any:
    """Lock the batch for a change of its photos until the transaction ends. Raises `not-found`."""
    row = await _sql.lock_batch(connection, batch_id=batch_id, owner_id=owner_id)
    if row is None:
        raise no_such_batch()
    return row


async def batch_versions(pool: Pool, batch_ids: Sequence[BatchId]) -> dict[BatchId, str]:
    """What differs from one look to the next where a batch has changed; a deleted one is missing."""
    rows = _sql.batch_versions(pool, ids=list(batch_ids))
    return {BatchId(row["id"]): row["version"] async for row in rows}


async def change_batch(pool: Pool, owner_id: OwnerId, batch_id: BatchId, changes: Mapping[str, Any]) -> None:
    """Set what `changes` names of name, client_id, metadata, expires_at; of metadata the keys that are named.

    None removes. Raises `not-found`, `out-of-bounds`.
    """
    async with transaction(pool) as connection:
        batch = await lock_batch(connection, owner_id, batch_id)
        now = {name: batch[name] for name in ("name", "client_id", "metadata", "expires_at")}
        now.update(changes)
        if changes.get("metadata") is not None:
            merged = {**(batch["metadata"] or {}), **changes["metadata"]}
            now["metadata"] = {key: value for key, value in merged.items() if value is not None} or None
            check_metadata(now["metadata"] or {})
        await _sql.change_batch(connection, batch_id=batch_id, **now)


async def close_batch(pool: Pool, owner_id: OwnerId, batch_id: BatchId) -> None:
    """Take no more photos; places reserved for uploads that have not come are given up."""
    async with transaction(pool) as connection:
        await lock_batch(connection, owner_id, batch_id)
        await give_up_uploads(connection, [batch_id])
        await _sql.close_batch(connection, batch_id=batch_id)


async def single_batch(pool: Pool, owner_id: OwnerId, photo_id: PhotoId) -> BatchId | None:
    """The batch of a single classification; None if the photo belongs to a listed batch, whose feed must not
    have gaps."""
    batch_id = await _sql.single_batch(pool, photo_id=photo_id, owner_id=owner_id)
    return None if batch_id is None else BatchId(batch_id)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Photos that wait for a worker, and for how many seconds the first of them has."""

    photos: int = 0
    age_s: float = 0.0


async def backlog_by_lane(pool: Pool) -> dict[Lane, Waiting]:
    """What waits on each lane, over all owners."""
    waiting = {row["lane"]: Waiting(row["queued"], row["age_s"]) async for row in _sql.backlog_by_lane(pool)}
    return {lane: waiting.get(lane, Waiting()) for lane in Lane}


async def scoring_of(pool: Pool, batch_id: BatchId) -> ScoringSettings:
    """Of whatever owner's batch; the defaults of one that is gone."""
    return ScoringSettings.of(await _sql.scoring_of(pool, batch_id=batch_id))


def check_takes_photos(closed_at: datetime | None, cancelled_at: datetime | None) -> None:
    """Raises `batch-closed`."""
    if closed_at is not None:
        why = "was cancelled, and takes" if cancelled_at is not None else "takes"
        raise BirdsError(Code.BATCH_CLOSED, f"This batch {why} no more photos.")


def no_such_batch() -> BirdsError:
    return BirdsError(Code.NOT_FOUND, "There is no such batch.")


def _batch(row: Any) -> Batch:
    return Batch(
        id=BatchId(row["id"]),
        name=row["name"],
        lane=Lane(row["lane"]),
        top_k=row["top_k"],
        counts=Counts(row["accepted"], row["queued"], row["done"], row["failed"]),
        last_seq=row["answered_to"] if row["labelled_to"] == row["last_seq"] else row["last_seq"],
        feed_seq=row["last_seq"],
        model=row["model"],
        created_at=row["created_at"],
        closed_at=row["closed_at"],
        finished_at=row["finished_at"],
        refused=row["refused"],
        left_out=row["left_out"],
        retrying=row["retry_until"] is not None,
        scoring=ScoringSettings.of(row["scoring"]),
        sightings=row["sightings"],
        client_id=row["client_id"],
        metadata=row["metadata"] or {},
        cancelled_at=row["cancelled_at"],
        cancelling=row["cancelling"],
        expires_at=row["expires_at"],
    )
