"""What is to be checked of a batch."""

from aiohttp import web

from api.http.responses import json_response
from api.http.schemas.check import CheckItem, CheckQuery, CheckQueue
from api.http.schemas.sightings import SightingsState
from api.services import Services
from shared.ledger.check import check_queue
from shared.ledger.sightings import how_they_stand
from shared.records import BatchId, OwnerId


async def queue(services: Services, owner: OwnerId, batch_id: BatchId, query: CheckQuery) -> web.Response:
    standing = await how_they_stand(services.pool, owner, batch_id)
    found = await check_queue(services.pool, owner, batch_id, query.limit)
    return json_response(
        CheckQueue(
            unchecked=found.unchecked,
            items=[CheckItem.of(item) for item in found.items],
            standing=SightingsState.of(standing),
        )
    )
