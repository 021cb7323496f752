"""How photos enter the ledger: sent through the api, or announced first and uploaded by the client."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from shared.client_words import NOTHING_SAID, ClientWords
from shared.ledger.batches import check_takes_photos, lock_batch
from shared.ledger.blobs import mark_stored, reserve_blobs
from shared.ledger.companions import join_companions
from shared.ledger.database import Connection, Pool, transaction
from shared.ledger.refused import forget_refused
from shared.ledger.statements import statements
from shared.photo.sniff import is_raw_name
from shared.records import BatchId, Blob, BlobId, OwnerId, PhotoId, PhotoState, new_id

_sql = statements("intake")


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the ledger made of one incoming photo; duplicate: the batch had it already."""

    photo_id: PhotoId
    name: str
    blob: Blob
    duplicate: bool
    state: PhotoState
    companion_of: str | None = None  # of a raw file: the picture beside it, whose photo this is


@dataclass(frozen=True, slots=True)
class Announced:
    """A photo that a client says it will upload; sizes in bytes."""

    name: str
    sha256: bytes
    size: int
    words: ClientWords = NOTHING_SAID


class ArrivingPhoto(NamedTuple):
    """A photo on its way in."""

    name: str
    blob: Blob
    words: ClientWords = NOTHING_SAID


async def accept_photos(
    pool: Pool, owner_id: OwnerId, batch_id: BatchId, photos: Sequence[ArrivingPhoto]
) -> list[Accepted]:
    """Queue photos whose bytes are stored; answers in the same order.

    Raises `not-found`, `batch-closed`; ReferenceRefused when a blob was discarded meanwhile (reserve and
    store again).
    """
    async with transaction(pool) as connection:
        batch = await _lock_open_batch(connection, owner_id, batch_id)
        await mark_stored(connection, [photo.blob.id for photo in photos if not photo.blob.stored])
        await forget_refused(connection, batch, [photo.name for photo in photos])

        async def enter(part: Sequence[ArrivingPhoto]) -> list[Accepted]:
            return await _enter(connection, _sql.accept_photos, batch, part)

        return await _pictures_first(connection, batch_id, photos, enter)


async def announce_photos(
    pool: Pool, owner_id: OwnerId, batch_id: BatchId, photos: Sequence[Announced]
) -> list[Accepted]:
    """Reserve a place for each; those whose bytes are here already are queued at once. In the same order."""
    async with transaction(pool) as connection:
        batch = await _lock_open_batch(connection, owner_id, batch_id)
        blobs = await reserve_blobs(connection, owner_id, [(photo.sha256, photo.size) for photo in photos])

        async def enter(entries: Sequence[ArrivingPhoto]) -> list[Accepted]:
            here = [entry for entry in entries if entry.blob.stored]
            awaited = [entry for entry in entries if not entry.blob.stored]
            known = {}
            for statement, part in ((_sql.accept_photos, here), (_sql.reserve_photos, awaited)):
                if part:
                    for accepted in await _enter(connection, statement, batch, part):
                        known[accepted.name, accepted.blob.id] = accepted
            return [known[entry.name, entry.blob.id] for entry in entries]

        entries = [ArrivingPhoto(photo.name, blobs[photo.sha256], photo.words) for photo in photos]
        await forget_refused(connection, batch, [entry.name for entry in entries if entry.blob.stored])
        return await _pictures_first(connection, batch_id, entries, enter)


async def reserved_photos(pool: Pool, batch_id: BatchId, photo_ids: Sequence[PhotoId]) -> list[Accepted]:
    """The photos of this batch among `photo_ids`, with their blobs, to be verified."""
    rows = _sql.reserved_photos(pool, batch_id=batch_id, ids=list(photo_ids))
    return [
        Accepted(
            photo_id=PhotoId(row["id"]),
            name=row["name"],
            blob=Blob(BlobId(row["blob_id"]), row["sha256"], row["size"], row["stored_at"] is not None),
            duplicate=row["state"] != PhotoState.UPLOADING,
            state=PhotoState(row["state"]),
        )
        async for row in rows
    ]


async def queue_reserved(
    pool: Pool, owner_id: OwnerId, batch_id: BatchId, photos: Sequence[Accepted]
) -> set[PhotoId]:
    """Queue reserved photos whose bytes have come; returns those that are queued now, or have been before.

    A reservation may have been given up meanwhile. Raises `not-found`, `batch-closed`.
    """
    ids = [photo.photo_id for photo in photos]
    async with transaction(pool) as connection:
        batch = await _lock_open_batch(connection, owner_id, batch_id)
        await mark_stored(connection, [photo.blob.id for photo in photos])
        await _sql.queue_reserved(connection, batch_id=batch_id, ids=ids)
        rows = _sql.photos_that_came(connection, batch_id=batch_id, ids=ids)
        came = {PhotoId(row["id"]) async for row in rows}
        await forget_refused(connection, batch, [photo.name for photo in photos if photo.photo_id in came])
        return came


async def _lock_open_batch(connection: Connection, owner_id: OwnerId, batch_id: BatchId) -> Any:
    batch = await lock_batch(connection, owner_id, batch_id)
    check_takes_photos(batch["closed_at"], batch["cancelled_at"])
    return batch


async def _pictures_first(
    connection: Connection,
    batch_id: BatchId,
    photos: Sequence[ArrivingPhoto],
    enter: Callable[[Sequence[ArrivingPhoto]], Awaitable[list[Accepted]]],
) -> list[Accepted]:
    """Enter photos so that raw files find the pictures that came with them; in the order given."""
    pictures = iter(await enter([photo for photo in photos if not is_raw_name(photo.name)]))
    hosts = await join_companions(connection, batch_id, [photo.name for photo in photos])
    raws = (photo for photo in photos if is_raw_name(photo.name))
    alone = iter(await enter([photo for photo in raws if photo.name not in hosts]))
    accepted = []
    for name, blob, _ in photos:
        if host := hosts.get(name):
            one = Accepted(host.photo_id, name, blob, True, host.state, companion_of=host.name)
            accepted.append(one)
        else:
            accepted.append(next(alone if is_raw_name(name) else pictures))
    return accepted


async def _enter(
    connection: Connection,
    statement: Callable[..., Awaitable[None]],
    batch: Any,
    photos: Sequence[ArrivingPhoto],
) -> list[Accepted]:
    if not photos:
        return []
    ids = [new_id() for _ in photos]
    blob_ids = [photo.blob.id for photo in photos]
    names = [photo.name for photo in photos]
    entries = {"batch_id": batch["id"], "blob_ids": blob_ids, "names": names}
    words = {
        "client_ids": [photo.words.client_id for photo in photos],
        "metadata": [photo.words.metadata for photo in photos],
    }
    await statement(connection, ids=ids, owner_id=batch["owner_id"], lane=batch["lane"], **entries, **words)
    rows = _sql.identify_photos(connection, **entries)
    found = {(row["blob_id"], row["name"]): row async for row in rows}
    taken: set[PhotoId] = set()
    accepted = []
    for name, blob, _ in photos:
        row = found[blob.id, name]
        # The second of two equal photos in one call is a duplicate too.
        duplicate = not row["fresh"] or row["id"] in taken
        taken.add(row["id"])
        accepted.append(Accepted(PhotoId(row["id"]), name, blob, duplicate, PhotoState(row["state"])))
    return accepted
