"""Where and when the photos of a batch were taken, as people say it."""

import asyncio

from aiohttp import web

from api.http.responses import json_response
from api.http.schemas.sites import ClockDocument, ClockReport, SiteDocument, SiteList, SitesOrder
from api.services import Services
from shared.ledger.sites import clock_frames, clock_minutes, list_sites, put_sites
from shared.place.clock import beside_others, readings, shifted
from shared.records import BatchId, OwnerId


async def read(services: Services, owner: OwnerId, batch_id: BatchId) -> web.Response:
    sites = await list_sites(services.pool, owner, batch_id)
    return json_response(SiteList(sites=[SiteDocument.of(site) for site in sites]))


async def put(services: Services, owner: OwnerId, batch_id: BatchId, body: SitesOrder) -> web.Response:
    await put_sites(services.pool, owner, batch_id, body.said())
    return await read(services, owner, batch_id)


async def clock(services: Services, owner: OwnerId, batch_id: BatchId) -> web.Response:
    sites = await list_sites(services.pool, owner, batch_id)
    frames = await clock_frames(services.pool, batch_id)
    minutes = await clock_minutes(services.pool, batch_id)
    found = await asyncio.to_thread(lambda: beside_others(readings(frames, sites), minutes))
    return json_response(
        ClockReport(
            clocks=[ClockDocument.of(reading) for reading in found],
            sites=[SiteDocument.of(site) for site in shifted(sites, found)],
        )
    )
