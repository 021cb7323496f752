"""Names of birds, found as they are typed."""

from aiohttp import web

from api.http.responses import json_response
from api.http.schemas.taxa import TaxaQuery, TaxonDocument, TaxonList
from api.services import Services


async def search(services: Services, query: TaxaQuery) -> web.Response:
    hits = await services.taxa.search(query.q, query.limit)
    return json_response(TaxonList(taxa=[TaxonDocument.of(hit, known=known) for hit, known in hits]))
