"""Where and when the photos of a batch were taken, as people say it."""

from aiohttp import web

from api.http.responses import json_response
from api.http.schemas.sites import SiteDocument, SiteList, SitesOrder
from api.services import Services
from shared.ledger.sites import list_sites, put_sites
from shared.records import BatchId, OwnerId


async def read(services: Services, owner: OwnerId, batch_id: BatchId) -> web.Response:
    sites = await list_sites(services.pool, owner, batch_id)
    return json_response(SiteList(sites=[SiteDocument.of(site) for site in sites]))


async def put(services: Services, owner: OwnerId, batch_id: BatchId, body: SitesOrder) -> web.Response:
    await put_sites(services.pool, owner, batch_id, [one.site() for one in body.sites])
    return await read(services, owner, batch_id)
