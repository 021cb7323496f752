"""The answers of a batch as a download."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from api.http.export.archive import stream, stream_sidecars, stream_zip
from api.http.export.formats import ReviewedExport, SurveyedExport
from api.http.export.handover import MANIFEST, Handover
from api.http.export.kinds import ZIP, FormatKind, kind_of
from api.http.export.left_out import in_a_header
from api.http.export.readme import readme
from api.http.export.sidecars import ABOUT, SidecarExport
from api.http.responses import disposition
from api.http.schemas.exports import ExportQuery, HandoverQuery
from api.services import Services
from api.snapshots import PAGE, photo_pages, refused_pages
from shared.ledger.batches import get_batch
from shared.ledger.database import Pool
from shared.ledger.sightings import SeenSighting, sightings_in_parts
from shared.records import Batch, BatchId, OwnerId, Photo, RefusedFile

LEFT_OUT_HEADER = "X-Birds-Left-Out"


async def download(
    request: web.Request, services: Services, owner: OwnerId, batch_id: BatchId, query: ExportQuery
) -> web.StreamResponse:
    kind = kind_of(query.format)
    if kind.surveyed:
        return await _surveyed(request, services, owner, batch_id, kind.survey(query.license), kind)
    if kind.beside_photos:
        return await _sidecars(request, services, owner, batch_id, kind)
    batch = await get_batch(services.pool, owner, batch_id)
    exports = await asyncio.to_thread(kind.exports, batch, _photo_url(request))
    response = _response(batch, kind.media_type, kind.suffix)
    return await _send(request, response, stream(exports, _Ledger(services.pool, batch_id)))


async def _sidecars(
    request: web.Request, services: Services, owner: OwnerId, batch_id: BatchId, kind: FormatKind
) -> web.StreamResponse:
    nothing: Callable[[Sequence[object]], None] = lambda _: None  # noqa: E731
    async with services.snapshots.of(owner, batch_id, nothing, nothing, whole=False) as snapshot:
        about, sidecars = snapshot.about, SidecarExport()

        def told() -> bytes:
            return readme(about, "XMP files", ABOUT, sidecars.left_out.counted)

        response = _response(about.batch, kind.media_type, kind.suffix)
        return await _send(request, response, stream_sidecars(sidecars, snapshot, about.read_at, told))


async def _surveyed(
    request: web.Request,
    services: Services,
    owner: OwnerId,
    batch_id: BatchId,
    survey: SurveyedExport,
    kind: FormatKind,
) -> web.StreamResponse:
    """What can't be told of is said in a header, where all photos are looked at before the first byte; of a
    zip that begins at once it is the comment."""
    reading = services.snapshots.of(
        owner,
        batch_id,
        survey.survey,
        survey.survey_refused,
        survey.survey_others if isinstance(survey, ReviewedExport) else None,
        with_sightings=survey.tells_sightings,
        whole=not survey.begins_at_once,
    )
    async with reading as snapshot:
        about = snapshot.about
        package = await asyncio.to_thread(survey.package, about)
        zipped = kind.media_type == ZIP or len(package.files) > 1
        media_type, suffix = (ZIP, f"{kind.name}.zip") if zipped else (kind.media_type, kind.suffix)
        response = _response(about.batch, media_type, suffix)
        if not survey.begins_at_once:
            response.headers[LEFT_OUT_HEADER] = in_a_header(package.left_out)
        blocks = (
            stream_zip(package.files, snapshot, about.read_at, comment=lambda: in_a_header(package.left_out))
            if zipped
            else stream(package.files[0][1], snapshot)
        )
        return await _send(request, response, blocks)


async def hand_over(
    request: web.Request, services: Services, owner: OwnerId, batch_id: BatchId, query: HandoverQuery
) -> web.StreamResponse:
    """A zip of several formats of one snapshot, the manifest last."""
    handover = Handover(query.names, _photo_url(request), query.license)
    reading = services.snapshots.of(
        owner,
        batch_id,
        handover.survey,
        handover.survey_refused,
        with_sightings=handover.tells_sightings,
        whole=not handover.begins_at_once,
    )
    async with reading as snapshot:
        about = snapshot.about
        last = MANIFEST, partial(handover.manifest, about)
        response = _response(about.batch, ZIP, "handover.zip")
        return await _send(
            request, response, stream_zip(handover.files(about), snapshot, about.read_at, last)
        )


def _photo_url(request: web.Request) -> str:
    here = str(request.url.with_query(None))
    return here[: here.index("/v1/")] + "/v1/photos/{}/image"


def _response(batch: Batch, media_type: str, suffix: str) -> web.StreamResponse:
    file_name = f"{batch.name or 'birds'}-{str(batch.id)[:8]}.{suffix}"
    response = web.StreamResponse(headers={"Content-Disposition": disposition("attachment", file_name)})
    response.headers["Content-Type"] = media_type
    return response


async def _send(
    request: web.Request, response: web.StreamResponse, blocks: AsyncIterator[bytes]
) -> web.StreamResponse:
    await response.prepare(request)
    async for block in blocks:
        await response.write(block)
    await response.write_eof()
    return response


@dataclass(frozen=True, slots=True)
class _Ledger:
    """A batch's answers as they are when they are asked for."""

    pool: Pool
    batch_id: BatchId

    def photos(self) -> AsyncIterator[list[Photo]]:
        return photo_pages(self.pool, self.batch_id)

    def refused(self) -> AsyncIterator[list[RefusedFile]]:
        return refused_pages(self.pool, self.batch_id)

    def sightings(self) -> AsyncIterator[list[SeenSighting]]:
        return sightings_in_parts(self.pool, self.batch_id, PAGE)
