"""The feed of a batch, a page at a time: keyset pagination by seq, and long polling."""

import asyncio
from collections.abc import Sequence

from aiohttp import web

from api.http.responses import json_response
from api.http.schemas.labels import LabelDocument, ResultPage
from api.http.schemas.results import Result, ResultsQuery
from api.services import Services
from shared.ledger.batches import get_batch
from shared.ledger.feed import Event, events_after
from shared.ledger.labels import LabelEvent
from shared.ledger.photos import results_after
from shared.records import Batch, BatchId, BatchState, OwnerId, Photo


async def read(services: Services, owner: OwnerId, batch_id: BatchId, query: ResultsQuery) -> web.Response:
    loop = asyncio.get_running_loop()
    until = loop.time() + min(query.wait, services.settings.long_poll_s)
    async with services.feed.watch(batch_id) as watcher:
        batch, events = await page(services, owner, batch_id, query)
        while not events and batch.state is not BatchState.FINISHED and not services.stopping.is_set():
            left_s = until - loop.time()
            if left_s <= 0:
                break
            await watcher.changed(left_s)
            batch, events = await page(services, owner, batch_id, query)
    last_seq = batch.feed_seq if query.labels else batch.last_seq
    return json_response(
        ResultPage(
            results=[Result.of(event) for event in events if isinstance(event, Photo)],
            labels=_labels(events) if query.labels else None,
            last_seq=max([last_seq, *(event.seq or 0 for event in events[-1:])]),
            state=batch.state,
        )
    )


def _labels(events: Sequence[Event]) -> list[LabelDocument]:
    return [LabelDocument.of(event) for event in events if isinstance(event, LabelEvent)]


async def page(
    services: Services, owner: OwnerId, batch_id: BatchId, query: ResultsQuery
) -> tuple[Batch, Sequence[Event]]:
    """The batch is asked first: if it was finished then, the page holds all there is."""
    batch = await get_batch(services.pool, owner, batch_id)
    if query.labels:
        return batch, await events_after(services.pool, batch, query.after, query.limit)
    return batch, await results_after(services.pool, batch_id, query.after, query.limit)
