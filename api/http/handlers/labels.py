"""What people say of photos: one at a time, many at once, and taken back."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from aiohttp import web

from api.http.responses import json_response
from api.http.schemas.labels import (
    LabelDocument,
    LabelHistory,
    LabelReceipt,
    NewLabel,
    NewLabels,
    UndoneAct,
)
from api.services import Services
from shared.errors import BirdsError, Code
from shared.ledger import labels as ledger
from shared.ledger.batches import get_batch
from shared.ledger.keys import Access
from shared.ledger.labels import Act, Word
from shared.ledger.photos import get_photo
from shared.messages import ResultHint
from shared.records import BatchId, OwnerId, Photo, PhotoId

ACT_S = 20.0  # the longest that one request works; proxies cut what stays silent for 30 s


async def create(
    services: Services, access: Access, owner: OwnerId, batch_id: BatchId, body: NewLabels
) -> web.Response:
    pool, query = services.pool, body.query
    await get_batch(pool, owner, batch_id)
    if (body.photo_ids is None) == (query is None) or (body.species is None) != body.accept:
        raise BirdsError(
            Code.INVALID_REQUEST, "Give either photo_ids or a query, and either a species or accept."
        )
    word = Word(accept=True) if body.species is None else await _word(services, body.species)
    selection = None if query is None else query.selection(await services.taxa.meant(query.species))
    act = await ledger.begin_label(
        pool, owner, batch_id, access.key_id, note=body.note, count=body.count, act_id=body.act_id
    )
    if selection is None:
        listed = [PhotoId(photo_id) for photo_id in body.photo_ids or ()]
        portions = ledger.label_listed(pool, owner, batch_id, act, word, listed)
    else:
        portions = ledger.label_selected(pool, owner, batch_id, act, word, selection)
    return json_response(LabelReceipt.of(await _carried_on(services, batch_id, act, portions)))


async def undo(
    services: Services, access: Access, owner: OwnerId, batch_id: BatchId, body: UndoneAct
) -> web.Response:
    act = await ledger.begin_undo(services.pool, owner, batch_id, access.key_id, body.act_id)
    portions = ledger.undo_labels(services.pool, owner, batch_id, act)
    return json_response(LabelReceipt.of(await _carried_on(services, batch_id, act, portions)))


async def history(services: Services, owner: OwnerId, photo_id: PhotoId) -> web.Response:
    if await get_photo(services.pool, owner, photo_id) is None:
        raise BirdsError(Code.NOT_FOUND, "There is no such photo.")
    said = await ledger.labels_of_photo(services.pool, photo_id)
    return json_response(LabelHistory(labels=[LabelDocument.of(event) for event in said]))


async def say(services: Services, access: Access, photo: Photo, body: NewLabel) -> tuple[Act, Word]:
    """One person's word on one photo of theirs."""
    word = Word() if body.species is None else await _word(services, body.species)
    pool, owner, batch_id = services.pool, access.owner_id, photo.batch_id
    act = await ledger.begin_label(pool, owner, batch_id, access.key_id, note=body.note, count=body.count)
    portions = ledger.label_listed(pool, owner, batch_id, act, word, [photo.id])
    return await _carried_on(services, batch_id, act, portions), word


async def _word(services: Services, species: str) -> Word:
    taxon = await services.taxa.resolve(species)
    return Word(taxon.name, taxon.scientific_name, taxon.rank)


async def _carried_on(services: Services, batch_id: BatchId, act: Act, portions: AsyncGenerator[Act]) -> Act:
    """As far as one request goes; whoever watches the batch hears of each portion, at whatever api."""
    loop = asyncio.get_running_loop()
    until = loop.time() + ACT_S
    async with aclosing(portions):
        async for portion in portions:
            act = portion
            services.feed.announce(batch_id)
            await services.hints.publish([ResultHint(batch_id=batch_id, last_seq=act.until + act.labelled)])
            if loop.time() > until or services.stopping.is_set():
                break
    return act
