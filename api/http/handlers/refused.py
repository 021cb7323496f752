"""The list of files that a batch did not take: read, and added to by clients that did not send some."""

from aiohttp import web

from api.http.responses import json_response
from api.http.schemas.batches import BatchDocument
from api.http.schemas.refused import MAX_DETAIL, RefusedDocument, RefusedPage, RefusedQuery, UnsentFiles
from api.intake.names import clean_line, clean_name
from api.services import Services
from shared.ledger.batches import get_batch
from shared.ledger.refused import record_refused, refused_after
from shared.records import BatchId, OwnerId


async def listing(services: Services, owner: OwnerId, batch_id: BatchId, query: RefusedQuery) -> web.Response:
    await get_batch(services.pool, owner, batch_id)
    # One more than asked for tells whether there is another page.
    found = await refused_after(services.pool, batch_id, query.cursor, query.limit + 1)
    page = found[: query.limit]
    next_cursor = page[-1].id if len(found) > query.limit else None
    return json_response(
        RefusedPage(refused=[RefusedDocument.of(file) for file in page], next_cursor=next_cursor)
    )


async def tell(services: Services, owner: OwnerId, batch_id: BatchId, body: UnsentFiles) -> web.Response:
    """Of a closed batch too: what a client could not send it may know only at the end."""
    files = [(clean_name(file.name), file.code, clean_line(file.detail)[:MAX_DETAIL]) for file in body.files]
    await record_refused(services.pool, owner, batch_id, files, most=services.settings.refused_max)
    services.feed.announce(batch_id)
    batch = await get_batch(services.pool, owner, batch_id)
    return json_response(BatchDocument.of(batch, services.relay.hindrance()))
