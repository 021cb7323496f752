"""The candidate beside the active model: set, told of, promoted where it is better, and taken back."""

from aiohttp import web

from api.http.handlers import catalogue
from api.http.responses import json_response
from api.http.schemas.shadow import ShadowAccuracy, ShadowDocument, ShadowOrder
from api.services import Services
from shared.errors import BirdsError, Code
from shared.ledger import shadow as ledger
from shared.ledger.models import go_back
from shared.scoring.truth import RightOf


async def read(services: Services) -> web.Response:
    found = await ledger.trial(services.pool)
    if found is None:
        raise BirdsError(Code.NOT_FOUND, "No candidate is set.")
    candidate, standing = found.candidate, found.standing
    low, high = standing.interval or (None, None)
    return json_response(
        ShadowDocument(
            reference=candidate.source,
            every=candidate.every,
            set_at=candidate.set_at,
            model=candidate.model,
            failure=candidate.failure,
            answered=found.answered,
            photos=standing.active.of,
            sightings=standing.sightings,
            active=_accuracy(standing.active),
            candidate=_accuracy(standing.candidate),
            difference=standing.difference,
            low=low,
            high=high,
            verdict=standing.verdict,
            more=standing.more,
        )
    )


async def put(services: Services, body: ShadowOrder) -> web.Response:
    reference = await catalogue.named(services, body.reference)
    await ledger.set_candidate(services.pool, reference, body.every)
    return await read(services)


async def end(services: Services) -> web.Response:
    await ledger.end_candidate(services.pool)
    return web.Response(status=204)


async def swap(services: Services) -> web.Response:
    await ledger.swap(services.pool)
    return json_response(await catalogue.listed(services))


async def back(services: Services) -> web.Response:
    await go_back(services.pool)
    return json_response(await catalogue.listed(services))


def _accuracy(right: RightOf) -> ShadowAccuracy:
    return ShadowAccuracy(right=right.right, share=right.value)
