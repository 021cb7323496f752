"""Presigned uploads: photos that clients put into object storage themselves; announced, then brought in.

A URL works for as long as it was given out for, also after its photo was completed. So it names a place from
which nothing is served or classified, and what came there is copied to one that no URL names: the bytes that
are kept are those that the worker holds against their digest.
"""

import asyncio
from collections.abc import Sequence

import structlog

from api.duties.feed import Feed
from api.duties.relay import Relay
from api.intake.files import Refused
from api.intake.storing import Charge
from shared.errors import Away, BirdsError, Code
from shared.ledger.database import Pool
from shared.ledger.intake import Accepted, Announced, announce_photos, queue_reserved, reserved_photos
from shared.ledger.reservations import NEVER_CAME
from shared.objects import ObjectStore
from shared.records import BatchId, Blob, OwnerId, PhotoId, incoming_key

LOOKS_AT_ONCE = 32  # objects being asked for at the same time, of one request


class PresignedUploads:
    """Reserves places for photos, and queues those that have come."""

    def __init__(self, pool: Pool, objects: ObjectStore, relay: Relay, feed: Feed, *, max_bytes: int) -> None:
        """`max_bytes`: of one photo."""
        self._pool = pool
        self._objects = objects
        self._relay = relay
        self._feed = feed
        self._max_bytes = max_bytes

    async def announce(
        self, owner: OwnerId, batch_id: BatchId, photos: Sequence[Announced]
    ) -> list[Accepted | Refused]:
        """A place for each, in the same order; those whose bytes are here already are queued at once.

        Raises `not-found`, `batch-closed`.
        """
        problems = [self._problem(photo) for photo in photos]
        fit = [photo for photo, problem in zip(photos, problems, strict=True) if problem is None]
        reserved = await announce_photos(self._pool, owner, batch_id, fit) if fit else []
        if any(one.blob.stored for one in reserved):
            self._tell(batch_id)
        places = iter(reserved)
        return [
            next(places) if problem is None else Refused(photo.name, problem)
            for photo, problem in zip(photos, problems, strict=True)
        ]

    async def complete(
        self, owner: OwnerId, batch_id: BatchId, photo_ids: Sequence[PhotoId], charge: Charge
    ) -> list[Accepted | Refused]:
        """Queue those that have come. In the same order.

        Raises `not-found`, `batch-closed`, `unavailable`, and what `charge` does.
        """
        known = {one.photo_id: one for one in await reserved_photos(self._pool, batch_id, photo_ids)}
        looks = asyncio.Semaphore(LOOKS_AT_ONCE)
        outcomes = await asyncio.gather(*(self._verified(looks, known.get(one)) for one in photo_ids))
        if good := [outcome for outcome in outcomes if isinstance(outcome, Accepted)]:
            new = [one for one in good if not one.duplicate]
            await charge(len(new), sum(one.blob.size for one in new))
            came = await queue_reserved(self._pool, owner, batch_id, good)
            self._tell(batch_id)
            outcomes = [_if_in(came, outcome) for outcome in outcomes]
        await self._tidy([one.blob for one in known.values() if not one.blob.stored])
        return outcomes

    def _problem(self, photo: Announced) -> BirdsError | None:
        if photo.size == 0:
            return BirdsError(Code.EMPTY_FILE, "The file has no bytes.")
        if photo.size > self._max_bytes:
            return BirdsError(Code.TOO_LARGE, f"A photo may have {self._max_bytes:,} bytes.")
        return None

    async def _verified(self, looks: asyncio.Semaphore, one: Accepted | None) -> Accepted | Refused:
        """Whether it has come; that its bytes are those announced, the worker checks as it reads them."""
        if one is None:
            return _unannounced("")
        if one.blob.stored:
            return one
        async with looks:
            problem = await self._brought_in(one.blob)
        return one if problem is None else Refused(one.name, problem)

    async def _brought_in(self, blob: Blob) -> BirdsError | None:
        """Copy it from where its client may write to where nobody may; what is wrong with it."""
        size = await self._objects.size(incoming_key(blob.id))
        if size == blob.size:
            try:
                await self._objects.copy(incoming_key(blob.id), blob.key)
                return None
            except BirdsError as error:
                if error.code is not Code.MISSING_OBJECT:
                    raise
                size = None
        if size is None:  # another request may have brought it in just now, for another photo
            size = await self._objects.size(blob.key)
        if size is None:
            return BirdsError(Code.MISSING_OBJECT, NEVER_CAME)
        if size != blob.size:
            detail = f"{blob.size:,} bytes were announced, {size:,} came."
            return BirdsError(Code.CHECKSUM_MISMATCH, detail)
        return None

    async def _tidy(self, blobs: Sequence[Blob]) -> None:
        """What was looked at is not needed any more, good or bad; what stays is swept some day."""
        try:
            await self._objects.remove(incoming_key(blob.id) for blob in blobs)
        except Away as error:
            structlog.get_logger().warning("uploads are tidied away later", error=error.detail)

    def _tell(self, batch_id: BatchId) -> None:
        self._relay.wake()
        self._feed.announce(batch_id)


def _if_in(came: set[PhotoId], outcome: Accepted | Refused) -> Accepted | Refused:
    """Its reservation may have been given up after it was looked up."""
    gone = isinstance(outcome, Accepted) and outcome.photo_id not in came
    return _unannounced(outcome.name) if gone else outcome


def _unannounced(name: str) -> Refused:
    return Refused(name, BirdsError(Code.NOT_FOUND, "No such photo was announced in this batch."))
