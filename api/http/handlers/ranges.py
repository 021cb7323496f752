"""What owners say of species at places."""

import asyncio
from uuid import UUID

from aiohttp import web

from api.http.responses import json_response
from api.http.schemas.ranges import AcceptedDocument, AcceptedList, NewAcceptedWord
from api.services import Services
from shared.errors import BirdsError, Code
from shared.ledger.accepted import accept_here, accepted_words, take_back
from shared.records import OwnerId


async def accepted(services: Services, owner: OwnerId) -> web.Response:
    words = await accepted_words(services.pool, owner)
    return json_response(AcceptedList(accepted=[AcceptedDocument.of(word) for word in words]))


async def accept(services: Services, owner: OwnerId, body: NewAcceptedWord) -> web.Response:
    word = await asyncio.to_thread(body.word)
    said = await accept_here(services.pool, owner, word)
    return json_response(AcceptedDocument.of(said), 201)


async def forget(services: Services, owner: OwnerId, accepted_id: UUID) -> web.Response:
    if not await take_back(services.pool, owner, accepted_id):
        raise BirdsError(Code.NOT_FOUND, "There is no such word of yours.")
    return web.Response(status=204)
