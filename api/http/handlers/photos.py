"""Single photos: what is known, the bytes, a thumbnail, a person's correction."""

from aiohttp import web

from api.http.handlers.labels import say
from api.http.responses import disposition, json_response
from api.http.schemas.labels import Label, NewLabel, PhotoPage, PhotosQuery
from api.http.schemas.results import DetailedResult
from api.services import Services
from shared.errors import BirdsError, Code
from shared.ledger.batches import get_batch, single_batch
from shared.ledger.keys import Access
from shared.ledger.photos import get_photo
from shared.ledger.selection import list_photos
from shared.photo.raw.kinds import content_type
from shared.records import BatchId, OwnerId, Photo, PhotoId, PhotoState

CHUNK = 64 * 1024
_UNKNOWN_TYPE = "application/octet-stream"
# A picture is shown as a picture, and whatever else it may be is given no rights.
_HARMLESS = {"Content-Security-Policy": "default-src 'none'; sandbox"}


async def read(services: Services, owner: OwnerId, photo_id: PhotoId) -> web.Response:
    return json_response(DetailedResult.of(await _photo(services, owner, photo_id)))


async def image(
    request: web.Request, services: Services, owner: OwnerId, photo_id: PhotoId
) -> web.StreamResponse:
    photo = await _stored_photo(services, owner, photo_id)
    headers = {
        **_caching(photo, ""),
        **_HARMLESS,
        "Content-Disposition": disposition("inline", photo.name.rpartition("/")[2]),
    }
    if _is_fresh(request, headers["ETag"]):
        return web.Response(status=304, headers=headers)
    async with services.objects.open(photo.blob.key) as stream:
        head = await stream.read(CHUNK)
        response = web.StreamResponse(headers=headers)
        response.content_type = content_type(head) or _UNKNOWN_TYPE
        response.content_length = photo.blob.size
        await response.prepare(request)
        await response.write(head)
        async for chunk in stream.iter_chunked(CHUNK):
            await response.write(chunk)
        await response.write_eof()
    return response


async def thumbnail(
    request: web.Request, services: Services, owner: OwnerId, photo_id: PhotoId
) -> web.Response:
    photo = await _stored_photo(services, owner, photo_id)
    headers = _caching(photo, "-thumbnail")
    if _is_fresh(request, headers["ETag"]):
        return web.Response(status=304, headers=headers)
    jpeg = await services.thumbnails.of(owner, photo.blob)
    return web.Response(body=jpeg, content_type="image/jpeg", headers=headers)


async def listing(services: Services, owner: OwnerId, batch_id: BatchId, query: PhotosQuery) -> web.Response:
    await get_batch(services.pool, owner, batch_id)
    selection = query.selection(await services.taxa.meant(query.species))
    found = await list_photos(services.pool, batch_id, selection, query.cursor, query.limit)
    more = found[-1].seq if len(found) == query.limit else None
    return json_response(PhotoPage(photos=[DetailedResult.of(one) for one in found], next_cursor=more))


async def label(
    services: Services, access: Access, owner: OwnerId, photo_id: PhotoId, body: NewLabel
) -> web.Response:
    photo = await _photo(services, owner, photo_id)
    if photo.state is PhotoState.UPLOADING:
        raise BirdsError(Code.MISSING_OBJECT, "The photo's bytes have not come yet.")
    act, word = await say(services, access, photo, body)
    return json_response(
        Label(
            photo_id=photo_id,
            species=word.name,
            scientific_name=word.scientific_name,
            rank=word.rank,
            act_id=act.id,
        )
    )


async def delete(services: Services, owner: OwnerId, photo_id: PhotoId) -> web.Response:
    photo = await _photo(services, owner, photo_id)
    single = await single_batch(services.pool, owner, photo_id)
    if single is None:
        raise BirdsError(Code.PART_OF_BATCH, f"It belongs to the batch {photo.batch_id}: delete that.")
    await services.deletions.delete(owner, single)
    return web.Response(status=204)


async def _photo(services: Services, owner: OwnerId, photo_id: PhotoId) -> Photo:
    photo = await get_photo(services.pool, owner, photo_id)
    if photo is None:
        raise _no_such_photo()
    return photo


async def _stored_photo(services: Services, owner: OwnerId, photo_id: PhotoId) -> Photo:
    photo = await _photo(services, owner, photo_id)
    if not photo.blob.stored:
        raise BirdsError(
            Code.MISSING_OBJECT, "The photo's bytes have not come yet, or were not what was announced."
        )
    return photo


def _caching(photo: Photo, variant: str) -> dict[str, str]:
    """A photo's bytes never change; they are its owner's alone."""
    return {"ETag": f'"{photo.blob.sha256.hex()}{variant}"', "Cache-Control": "private, max-age=86400"}


def _is_fresh(request: web.Request, etag: str) -> bool:
    known = request.if_none_match or ()
    return any(f'"{tag.value}"' == etag or tag.value == "*" for tag in known)


def _no_such_photo() -> BirdsError:
    return BirdsError(Code.NOT_FOUND, "There is no such photo.")
