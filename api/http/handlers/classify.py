"""One photo, answered at once if it can be: a batch of one on the interactive lane."""

import asyncio
from functools import partial

from aiohttp import web

from api.http.handlers.photos_in import file_reader
from api.http.receiving import RequestBody
from api.http.responses import json_response
from api.http.schemas.photos import ClassifyQuery
from api.http.schemas.results import Result
from api.intake.files import ReceivedPhoto, Refused
from api.intake.multipart import MultipartReader, boundary_of
from api.intake.names import clean_name
from api.services import Services
from shared import records
from shared.client_words import ClientWords, read_client_words
from shared.errors import BirdsError, Code
from shared.ledger.batches import close_batch, create_batch
from shared.ledger.keys import Access
from shared.ledger.photos import get_photo
from shared.records import BatchId, Lane, OwnerId, PhotoId, PhotoState

FORM_BYTES = 64 * 1024  # what a form may add to the photo in it
ANSWERED = (PhotoState.DONE, PhotoState.FAILED)


async def classify(
    request: web.Request, services: Services, access: Access, owner: OwnerId, query: ClassifyQuery
) -> web.Response:
    settings = services.settings
    body = RequestBody(request, settings.max_photo_bytes + FORM_BYTES, settings.body_idle_s)
    await services.backlog.check(Lane.INTERACTIVE)
    await services.limits.check_upload(access)
    await services.room.check()
    async with services.limits.uploading(access):
        await body.begin()
        photo = await _received(request, services, owner, body, query)
    try:
        await services.limits.photos(access, 1, len(photo.data))
        result = await _answered(services, owner, photo, query)
    finally:
        photo.share.release()
    if result.state in ANSWERED:
        return json_response(result)
    location = f"{settings.path_prefix}/v1/photos/{result.photo_id}"
    return json_response(result, 202, headers={"Location": location})


async def _received(
    request: web.Request, services: Services, owner: OwnerId, body: RequestBody, query: ClassifyQuery
) -> ReceivedPhoto:
    """The one photo in the body. Raises BirdsError: why it is refused."""
    reader = file_reader(services, owner, _nothing)
    name, read = query.name, body.read
    words = ClientWords(client_id=query.client_id)
    if request.content_type.startswith("multipart/"):
        parts = MultipartReader(body.read, boundary_of(request.headers["Content-Type"]))
        part = await parts.next_file()
        if part is None:
            raise BirdsError(Code.INVALID_REQUEST, "There is no file in the form.")
        file_name, fields = part
        name, read = name or file_name, parts.read
        if fields:
            words = read_client_words(fields)
    file = await reader.photo(clean_name(name or ""), read)
    if isinstance(file, Refused):
        raise file.problem
    file.words = words
    return file


async def _answered(services: Services, owner: OwnerId, photo: ReceivedPhoto, query: ClassifyQuery) -> Result:
    top_k = query.top_k or services.settings.top_k
    batch_of_one = partial(
        create_batch, services.pool, owner, name=None, lane=Lane.INTERACTIVE, top_k=top_k, listed=False
    )
    batch_id, accepted = await services.store.accept_alone(owner, photo, batch_of_one)
    photo.share.release()
    await close_batch(services.pool, owner, batch_id)
    return Result.of(await _awaited(services, owner, batch_id, accepted.photo_id, query.wait))


async def _awaited(
    services: Services, owner: OwnerId, batch_id: BatchId, photo_id: PhotoId, wait_s: float
) -> records.Photo:
    """The photo as it stands once it is answered, or after `wait_s`."""
    loop = asyncio.get_running_loop()
    until = loop.time() + min(wait_s, services.settings.long_poll_s)
    async with services.feed.watch(batch_id) as watcher:
        while True:
            photo = await get_photo(services.pool, owner, photo_id)
            if photo is None:
                raise BirdsError(Code.NOT_FOUND, "There is no such photo.")
            left_s = until - loop.time()
            if photo.state in ANSWERED or left_s <= 0 or services.stopping.is_set():
                return photo
            await watcher.changed(left_s)


def _nothing() -> None:
    """A request of one photo holds nothing that it could hurry on."""
