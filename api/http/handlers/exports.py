"""The answers of a batch as a download."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from api.http.export.csv_format import CsvExport
from api.http.export.formats import Export
from api.http.export.jsonl_format import JsonLinesExport
from api.http.responses import disposition
from api.http.schemas.results import ExportFormat, ExportQuery
from api.services import Services
from shared.ledger.batches import get_batch
from shared.ledger.database import Pool
from shared.ledger.photos import results_after
from shared.ledger.refused import refused_after
from shared.records import BatchId, OwnerId, Photo, RefusedFile

PAGE = 1000  # answers in memory at a time, about 1 MB; also a row group of a Parquet file


async def download(
    request: web.Request, services: Services, owner: OwnerId, batch_id: BatchId, query: ExportQuery
) -> web.StreamResponse:
    batch = await get_batch(services.pool, owner, batch_id)
    export = await asyncio.to_thread(_export, query.format, batch.top_k)
    file_name = f"{batch.name or 'birds'}-{str(batch_id)[:8]}.{query.format}"
    response = web.StreamResponse(headers={"Content-Disposition": disposition("attachment", file_name)})
    response.headers["Content-Type"] = export.media_type
    await response.prepare(request)
    await response.write(export.begin())
    async for photos in _pages(services.pool, batch_id):
        await response.write(await asyncio.to_thread(export.page, photos))
    async for files in _refused_pages(services.pool, batch_id):
        await response.write(await asyncio.to_thread(export.refused, files))
    await response.write(await asyncio.to_thread(export.end))
    await response.write_eof()
    return response


def _export(kind: ExportFormat, top_k: int) -> Export:
    match kind:
        case ExportFormat.CSV:
            return CsvExport(top_k)
        case ExportFormat.JSONL:
            return JsonLinesExport()
        case ExportFormat.PARQUET:
            from api.http.export.parquet_format import ParquetExport

            return ParquetExport(top_k)


async def _pages(pool: Pool, batch_id: BatchId) -> AsyncIterator[list[Photo]]:
    after = 0
    while photos := await results_after(pool, batch_id, after, PAGE):
        yield photos
        if len(photos) < PAGE:
            return
        after = photos[-1].seq or after


async def _refused_pages(pool: Pool, batch_id: BatchId) -> AsyncIterator[list[RefusedFile]]:
    after = None
    while files := await refused_after(pool, batch_id, after, PAGE):
        yield files
        if len(files) < PAGE:
            return
        after = files[-1].id
