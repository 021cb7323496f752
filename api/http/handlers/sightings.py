"""Sightings of a batch, read and made anew."""

from aiohttp import web

from api.http.responses import json_response
from api.http.schemas.sightings import (
    NamedSightingsDocument,
    SightingDocument,
    SightingPage,
    SightingsOrder,
    SightingsQuery,
    SightingsState,
    SightingSummary,
)
from api.services import Services
from shared.ledger import sightings as ledger
from shared.records import BatchId, OwnerId


async def make(services: Services, owner: OwnerId, batch_id: BatchId, body: SightingsOrder) -> web.Response:
    keep_gap = "gap_s" not in body.model_fields_set
    standing = await ledger.want_sightings(services.pool, owner, batch_id, body.gap_s, keep_gap=keep_gap)
    services.sightings.wake()
    return json_response(SightingsState.of(standing), status=202)


async def listing(
    services: Services, owner: OwnerId, batch_id: BatchId, query: SightingsQuery
) -> web.Response:
    standing = await ledger.how_they_stand(services.pool, owner, batch_id)
    found = await ledger.sightings_after(services.pool, batch_id, query.cursor, query.limit)
    return json_response(
        SightingPage(
            sightings=[SightingDocument.of(one) for one in found],
            next_cursor=found[-1].position if len(found) == query.limit else None,
            standing=SightingsState.of(standing),
        )
    )


async def summary(services: Services, owner: OwnerId, batch_id: BatchId) -> web.Response:
    standing = await ledger.how_they_stand(services.pool, owner, batch_id)
    found = await ledger.sightings_by_name(services.pool, batch_id)
    return json_response(
        SightingSummary(
            names=[NamedSightingsDocument.of(one) for one in found], standing=SightingsState.of(standing)
        )
    )
