"""Puts photos into a ledger without an api."""

import asyncio
import hashlib
from collections.abc import Sequence

from shared.ledger.batches import create_batch
from shared.ledger.blobs import reserve_blobs
from shared.ledger.database import Pool
from shared.ledger.deletions import delete_portion, mark_deleted
from shared.ledger.intake import Accepted, ArrivingPhoto, accept_photos
from shared.ledger.keys import create_key, find_access
from shared.ledger.labels import Act, Word, begin_label, label_listed
from shared.ledger.models import register_model
from shared.ledger.retries import begin_retry
from shared.records import Answer, BatchId, BlobId, KeyId, Lane, ModelId, OwnerId, PhotoId, new_id


async def an_owner(pool: Pool, name: str = "alice") -> OwnerId:
    access = await find_access(pool, (await create_key(pool, name)).secret)
    assert access is not None
    return access.owner_id


async def a_batch(pool: Pool, owner: OwnerId, lane: Lane = Lane.BULK) -> BatchId:
    return await create_batch(pool, owner, name=None, lane=lane, top_k=5)


async def queue_photos(pool: Pool, owner: OwnerId, batch: BatchId, names: Sequence[str]) -> list[Accepted]:
    """Photos whose bytes are their names."""
    digests = [hashlib.sha256(name.encode()).digest() for name in names]
    blobs = await reserve_blobs(pool, owner, [(digest, 1) for digest in digests])
    photos = [ArrivingPhoto(name, blobs[digest]) for name, digest in zip(names, digests, strict=True)]
    return await accept_photos(pool, owner, batch, photos)


async def a_model(pool: Pool) -> ModelId:
    return await register_model(
        pool, name="test", version="1", digest="00", source="test@1", bundle={"classes": []}
    )


async def delete_batch(pool: Pool, owner: OwnerId, batch: BatchId) -> list[BlobId]:
    """To its last row; the blobs that it showed."""
    await mark_deleted(pool, owner, batch)
    shown: list[BlobId] = []
    while portion := await delete_portion(pool, batch, 1000):
        shown += portion.blob_ids
    return shown


def an_answer(batch: BatchId, photo: Accepted) -> Answer:
    return Answer(photo.photo_id, batch, predictions=[{"species": "Ostrich", "probability": 0.5}])


async def retry(pool: Pool, owner: OwnerId, batch: BatchId) -> None:
    """All its failures that may pass."""
    assert not await begin_retry(pool, owner, batch, 10_000)


async def unlimited(count: int, size: int) -> None:
    """Photos are taken in as if no key had limits."""


async def eventually(condition, timeout_s: float = 20.0, pause_s: float = 0.05):
    """Await `condition()` until it is true: for states of other processes that send no event."""
    async with asyncio.timeout(timeout_s):
        while not (value := await condition()):
            await asyncio.sleep(pause_s)
        return value


async def label(
    pool: Pool,
    owner: OwnerId,
    batch: BatchId,
    photo_ids: Sequence[PhotoId],
    word: Word,
    key_id: KeyId | None = None,
) -> Act:
    """One act on listed photos, to its end."""
    act = await begin_label(pool, owner, batch, key_id or KeyId(new_id()))
    return [act, *[portion async for portion in label_listed(pool, owner, batch, act, word, photo_ids)]][-1]


async def fill_outbox(pool: Pool, owner: OwnerId, batch: BatchId, lane: Lane, photos: int) -> None:
    """Queued photos of one blob, as the ledger has them after an upload."""
    [photo] = await queue_photos(pool, owner, batch, ["one"])
    await pool.execute(
        "insert into photos (id, batch_id, owner_id, blob_id, name, lane, state, queued_at)"
        " select gen_random_uuid(), $1, $2, $3, n::text, $4, 'queued', now() + n * interval '1 ms'"
        " from generate_series(1, $5) n",
        batch,
        owner,
        photo.blob.id,
        lane,
        photos - 1,
    )
