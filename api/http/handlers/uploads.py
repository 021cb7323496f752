"""Presigned uploads: where clients put photos themselves, and that they have."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

from aiohttp import web

from api.duties.quotas import OverLimit
from api.http.handlers.photos_in import check_open
from api.http.responses import json_response
from api.http.schemas.photos import (
    AcceptedFile,
    AnnouncedFile,
    Announcement,
    CompletedUploads,
    CompletionReceipt,
    RejectedFile,
    RejectedUpload,
    UploadPlace,
    UploadPlaces,
)
from api.intake.files import Refused
from api.intake.names import clean_name
from api.services import Services
from shared.client_words import NOTHING_SAID, ClientWords
from shared.ledger.batches import get_batch
from shared.ledger.intake import Accepted, Announced
from shared.ledger.keys import Access
from shared.records import BatchId, OwnerId, PhotoId, incoming_key

_ANY_TYPE = "application/octet-stream"


async def announce(
    services: Services, access: Access, owner: OwnerId, batch_id: BatchId, body: Announcement
) -> web.Response:
    await check_open(services, access, await get_batch(services.pool, owner, batch_id))
    await services.room.check()
    photos = [_announced(file) for file in body.files]
    outcomes = await services.presigned.announce(owner, batch_id, photos)
    here = sum(isinstance(one, Accepted) and one.blob.stored and not one.duplicate for one in outcomes)
    with suppress(OverLimit):  # they are queued already; the next request is refused
        await services.limits.photos(access, here, 0)
    await _note_refused(services, owner, batch_id, outcomes)
    places = [
        _place(services, file, outcome)
        for file, outcome in zip(body.files, outcomes, strict=True)
        if isinstance(outcome, Accepted)
    ]
    rejected = [RejectedFile.of(outcome) for outcome in outcomes if isinstance(outcome, Refused)]
    return json_response(UploadPlaces(files=places, rejected=rejected), 201)


async def complete(
    services: Services, access: Access, owner: OwnerId, batch_id: BatchId, body: CompletedUploads
) -> web.Response:
    await check_open(services, access, await get_batch(services.pool, owner, batch_id))
    ids = [PhotoId(photo_id) for photo_id in dict.fromkeys(body.photo_ids)]
    outcomes = await services.presigned.complete(
        owner, batch_id, ids, partial(services.limits.photos, access)
    )
    await _note_refused(services, owner, batch_id, outcomes)
    accepted = [AcceptedFile.of(outcome) for outcome in outcomes if isinstance(outcome, Accepted)]
    rejected = [
        RejectedUpload.of(outcome, photo_id=photo_id)
        for photo_id, outcome in zip(ids, outcomes, strict=True)
        if isinstance(outcome, Refused)
    ]
    return json_response(CompletionReceipt(accepted=accepted, rejected=rejected), 202)


def _announced(file: AnnouncedFile) -> Announced:
    words = NOTHING_SAID
    if file.client_id is not None or file.metadata:
        words = ClientWords(client_id=file.client_id, metadata=file.metadata or None)
    return Announced(clean_name(file.name), bytes.fromhex(file.sha256), file.size, words)


async def _note_refused(
    services: Services, owner: OwnerId, batch_id: BatchId, outcomes: Sequence[Accepted | Refused]
) -> None:
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    await services.store.refuse(owner, batch_id, refused, most=services.settings.refused_max)


def _place(services: Services, file: AnnouncedFile, one: Accepted) -> UploadPlace:
    if one.blob.stored or one.companion_of is not None:
        return UploadPlace(
            photo_id=one.photo_id,
            name=one.name,
            state="stored",
            method=None,
            url=None,
            headers={},
            expires_at=None,
            companion_of=one.companion_of,
            duplicate=one.duplicate,
        )
    lifetime = timedelta(seconds=services.settings.upload_url_s)
    return UploadPlace(
        photo_id=one.photo_id,
        name=one.name,
        state="upload",
        method="PUT",
        url=services.objects.upload_url(incoming_key(one.blob.id), one.blob.size, lifetime),
        headers={"Content-Type": file.content_type or _ANY_TYPE},
        expires_at=datetime.now(UTC) + lifetime,
        duplicate=False,  # a place is no photo yet
    )
