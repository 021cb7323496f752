"""Photos and archives sent to us."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from functools import partial

from aiohttp import web

from api.http.receiving import RequestBody
from api.http.responses import json_response
from api.http.schemas.photos import UploadReceipt
from api.intake.archive import ArchiveLimits
from api.intake.arrivals import Arrivals
from api.intake.files import FileLimits, FileReader
from api.intake.multipart import MultipartReader, boundary_of
from api.services import Services
from api.settings import ApiSettings
from shared.ledger.batches import check_takes_photos, get_batch
from shared.ledger.keys import Access
from shared.records import Batch, BatchId, OwnerId


async def upload(
    request: web.Request, services: Services, access: Access, owner: OwnerId, batch_id: BatchId
) -> web.Response:
    boundary = boundary_of(request.headers.get("Content-Type", ""))
    settings = services.settings
    body = RequestBody(request, settings.max_request_bytes, settings.body_idle_s)
    await check_open(services, access, await get_batch(services.pool, owner, batch_id))
    await services.room.check()
    charge = partial(services.limits.photos, access)
    async with services.limits.uploading(access):
        await body.begin()
        async with Arrivals(services.store, settings, owner, batch_id, charge) as arrivals:
            reader = file_reader(services, owner, arrivals.flush)
            async with aclosing(reader.all_of(MultipartReader(body.read, boundary))) as files:
                async for file in files:
                    await arrivals.take(file)
    return await asyncio.to_thread(_receipt, arrivals)


def _receipt(arrivals: Arrivals) -> web.Response:
    """Of a hundred thousand files it takes most of a second."""
    return json_response(UploadReceipt.of(arrivals.accepted, arrivals.refused, arrivals.left_out), 202)


async def check_open(services: Services, access: Access, batch: Batch) -> None:
    """Raises `batch-closed`, `backlog-full`, `over-limit`: before anything is sent in vain."""
    check_takes_photos(batch.closed_at, batch.cancelled_at)
    await services.backlog.check(batch.lane)
    await services.limits.check_upload(access)


def file_reader(services: Services, owner: OwnerId, about_to_wait: Callable[[], None]) -> FileReader:
    """`about_to_wait` should hurry on what the request holds."""
    return FileReader(
        owner,
        _limits(services.settings),
        services.unpacking,
        services.inspection,
        lambda: services.budget.share(owner, about_to_wait),
    )


def _limits(settings: ApiSettings) -> FileLimits:
    archive = ArchiveLimits(
        settings.archive_max_entries, settings.archive_max_bytes, settings.archive_max_ratio
    )
    return FileLimits(settings.max_photo_bytes, archive)
