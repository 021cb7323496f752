"""Photos that clients put into object storage themselves: announced first, verified after."""

import asyncio
from datetime import UTC, datetime, timedelta

from aiohttp import web

from api.answers import json_answer
from api.handlers.photos_in import check_open
from api.intake.delivery import accepted_file
from api.intake.names import clean_name
from api.schemas.photos import (
    AnnouncedFile,
    Announcement,
    CompletedUploads,
    CompletionAnswer,
    RejectedFile,
    RejectedUpload,
    UploadPlace,
    UploadPlaces,
)
from api.services import Services
from shared.errors import BirdsError, Code
from shared.ledger.batches import get_batch
from shared.ledger.intake import Accepted, Announced, announce_photos, queue_reserved, reserved_photos
from shared.objects import ObjectStore
from shared.records import BatchId, OwnerId, PhotoId

LOOKS_AT_ONCE = 32  # objects being asked for at the same time, of one request
_ANY_TYPE = "application/octet-stream"


async def announce(services: Services, owner: OwnerId, batch_id: BatchId, body: Announcement) -> web.Response:
    await check_open(services, await get_batch(services.pool, owner, batch_id))
    problems = [_problem(file, services.settings.max_photo_bytes) for file in body.files]
    fit = [file for file, problem in zip(body.files, problems, strict=True) if problem is None]
    photos = [Announced(clean_name(file.name), bytes.fromhex(file.sha256), file.size) for file in fit]
    reserved = await announce_photos(services.pool, owner, batch_id, photos) if photos else []
    if any(one.blob.stored for one in reserved):
        services.relay.wake()
        services.feed.announce(batch_id)
    places = [_place(services, file, one) for file, one in zip(fit, reserved, strict=True)]
    rejected = [
        RejectedFile(name=clean_name(file.name), code=problem.code, detail=problem.detail)
        for file, problem in zip(body.files, problems, strict=True)
        if problem is not None
    ]
    return json_answer(UploadPlaces(files=places, rejected=rejected), 201)


async def complete(
    services: Services, owner: OwnerId, batch_id: BatchId, body: CompletedUploads
) -> web.Response:
    await check_open(services, await get_batch(services.pool, owner, batch_id))
    ids = [PhotoId(photo_id) for photo_id in dict.fromkeys(body.photo_ids)]
    known = {one.photo_id: one for one in await reserved_photos(services.pool, batch_id, ids)}
    looks = asyncio.Semaphore(LOOKS_AT_ONCE)
    problems = await asyncio.gather(*(_verify(services.objects, looks, known.get(one)) for one in ids))
    good = [known[one] for one, problem in zip(ids, problems, strict=True) if problem is None]
    if good:
        await queue_reserved(services.pool, owner, batch_id, good)
        services.relay.wake()
        services.feed.announce(batch_id)
    rejected = [
        RejectedUpload(
            photo_id=one,
            name=known[one].name if one in known else "",
            code=problem.code,
            detail=problem.detail,
        )
        for one, problem in zip(ids, problems, strict=True)
        if problem is not None
    ]
    answer = CompletionAnswer(accepted=[accepted_file(one) for one in good], rejected=rejected)
    return json_answer(answer, 202)


def _problem(file: AnnouncedFile, max_bytes: int) -> BirdsError | None:
    if file.size == 0:
        return BirdsError(Code.EMPTY_FILE, "The file has no bytes.")
    if file.size > max_bytes:
        return BirdsError(Code.TOO_LARGE, f"a photo may have {max_bytes:,} bytes")
    return None


def _place(services: Services, file: AnnouncedFile, one: Accepted) -> UploadPlace:
    if one.blob.stored:
        return UploadPlace(
            photo_id=one.photo_id,
            name=one.name,
            state="stored",
            method=None,
            url=None,
            headers={},
            expires_at=None,
        )
    lifetime = timedelta(seconds=services.settings.upload_url_s)
    return UploadPlace(
        photo_id=one.photo_id,
        name=one.name,
        state="upload",
        method="PUT",
        url=services.objects.upload_url(one.blob.key, lifetime),
        headers={"Content-Type": file.content_type or _ANY_TYPE},
        expires_at=datetime.now(UTC) + lifetime,
    )


async def _verify(objects: ObjectStore, looks: asyncio.Semaphore, one: Accepted | None) -> BirdsError | None:
    """Whether an upload has come; that its bytes are those announced, the worker checks as it reads them."""
    if one is None:
        return BirdsError(Code.NOT_FOUND, "no such photo was announced in this batch")
    if one.blob.stored:
        return None
    async with looks:
        size = await objects.size(one.blob.key)
    if size is None:
        return BirdsError(Code.MISSING_OBJECT, "its bytes have not been uploaded")
    if size != one.blob.size:
        return BirdsError(Code.CHECKSUM_MISMATCH, f"{one.blob.size:,} bytes were announced, {size:,} came")
    return None
