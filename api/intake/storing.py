"""Stores photos and queues them: a place is reserved, then filled, then named by a queued photo.

In this order no row names bytes that are not there, and no object lies anywhere without a row.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from api.duties.feed import Feed
from api.duties.relay import Relay
from api.intake.files import LeftOutEntry, ReceivedPhoto, Refused
from shared.errors import BirdsError, Code
from shared.ledger.blobs import reserve_blobs
from shared.ledger.database import Pool, ReferenceRefused
from shared.ledger.intake import Accepted, ArrivingPhoto, accept_photos
from shared.ledger.refused import record_refused
from shared.objects import ObjectStore
from shared.records import LEFT_OUT, BatchId, Blob, OwnerId

REFUSED_AT_ONCE = 1000  # recorded in one transaction, which takes some milliseconds
Charge = Callable[[int, int], Awaitable[None]]
"""Told how many photos of how many bytes are to be taken in; raises what keeps them from that."""
TRIES = 3  # a sweep may discard a blob between our reserving and naming it; twice in a row is no chance


class Store:
    """Where accepted photos go."""

    def __init__(self, pool: Pool, objects: ObjectStore, relay: Relay, feed: Feed) -> None:
        self._pool = pool
        self._objects = objects
        self._relay = relay
        self._feed = feed

    async def accept(
        self, owner: OwnerId, batch_id: BatchId, photos: Sequence[ReceivedPhoto]
    ) -> list[Accepted]:
        """Store and queue; answers in the same order. Raises `not-found`, `batch-closed`, `unavailable`."""

        async def known() -> BatchId:
            return batch_id

        return (await self._accept(owner, known, photos))[1]

    async def accept_alone(
        self, owner: OwnerId, photo: ReceivedPhoto, new_batch: Callable[[], Awaitable[BatchId]]
    ) -> tuple[BatchId, Accepted]:
        """As `accept`, into a batch that is made once the photo is stored: if not, none is left."""
        batch_id, [accepted] = await self._accept(owner, new_batch, [photo])
        return batch_id, accepted

    async def _accept(
        self, owner: OwnerId, batch: Callable[[], Awaitable[BatchId]], photos: Sequence[ReceivedPhoto]
    ) -> tuple[BatchId, list[Accepted]]:
        batch_id: BatchId | None = None
        for _ in range(TRIES):
            blobs = await self._stored(owner, photos)
            batch_id = batch_id or await batch()
            try:
                entries = [ArrivingPhoto(photo.name, blobs[photo.sha256], photo.words) for photo in photos]
                accepted = await accept_photos(self._pool, owner, batch_id, entries)
            except ReferenceRefused:
                continue
            self._relay.wake()
            self._feed.announce(batch_id)
            return batch_id, accepted
        raise BirdsError(Code.UNAVAILABLE, "The photos could not be recorded; try again.")

    async def refuse(
        self, owner: OwnerId, batch_id: BatchId, files: Sequence[Refused | LeftOutEntry], *, most: int
    ) -> None:
        """Note files that are no good or left out; `most` of a batch by name.

        Raises `not-found`, `unavailable`.
        """
        told = [(file.name, *_reason(file)) for file in files if file.name]
        for start in range(0, len(told), REFUSED_AT_ONCE):
            part = told[start : start + REFUSED_AT_ONCE]
            await record_refused(self._pool, owner, batch_id, part, most=most)
        if told:
            self._feed.announce(batch_id)

    async def _stored(self, owner: OwnerId, photos: Sequence[ReceivedPhoto]) -> dict[bytes, Blob]:
        pictures = {photo.sha256: photo.data for photo in photos}
        blobs = await reserve_blobs(
            self._pool, owner, [(sha256, len(data)) for sha256, data in pictures.items()]
        )
        transfers = [
            self._objects.put(blob.key, pictures[sha256]) for sha256, blob in blobs.items() if not blob.stored
        ]
        for outcome in await asyncio.gather(*transfers, return_exceptions=True):
            if isinstance(outcome, BaseException):  # the other transfers have come to their end too
                raise outcome
        return blobs


def _reason(file: Refused | LeftOutEntry) -> tuple[str, str]:
    """Code and detail."""
    if isinstance(file, LeftOutEntry):
        return LEFT_OUT, file.detail
    return file.problem.code.value, file.problem.detail
