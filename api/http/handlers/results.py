"""The feed of a batch, a page at a time: keyset pagination by seq, and long polling."""

import asyncio

from aiohttp import web

from api.http.responses import json_response
from api.http.schemas.results import Result, ResultPage, ResultsQuery
from api.services import Services
from shared.ledger.batches import get_batch
from shared.ledger.photos import results_after
from shared.records import Batch, BatchId, BatchState, OwnerId, Photo


async def read(services: Services, owner: OwnerId, batch_id: BatchId, query: ResultsQuery) -> web.Response:
    loop = asyncio.get_running_loop()
    until = loop.time() + min(query.wait, services.settings.long_poll_s)
    async with services.feed.watch(batch_id) as watcher:
        batch, photos = await page(services, owner, batch_id, query)
        while not photos and batch.state is not BatchState.FINISHED and not services.stopping.is_set():
            left_s = until - loop.time()
            if left_s <= 0:
                break
            await watcher.changed(left_s)
            batch, photos = await page(services, owner, batch_id, query)
    results = [Result.of(photo) for photo in photos]
    last_seq = max([batch.last_seq, *(photo.seq or 0 for photo in photos[-1:])])
    return json_response(ResultPage(results=results, last_seq=last_seq, state=batch.state))


async def page(
    services: Services, owner: OwnerId, batch_id: BatchId, query: ResultsQuery
) -> tuple[Batch, list[Photo]]:
    """The batch is asked first: if it was finished then, the page holds all there is."""
    batch = await get_batch(services.pool, owner, batch_id)
    return batch, await results_after(services.pool, batch_id, query.after, query.limit)
