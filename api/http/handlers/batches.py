"""Batches: made, listed, changed, closed, cancelled, retried, deleted."""

from aiohttp import web

from api.http.handlers.scoring import settings_of
from api.http.responses import json_response
from api.http.schemas.batch_changes import BatchChanges
from api.http.schemas.batches import BatchDocument, BatchesQuery, BatchPage, NewBatch
from api.services import Services
from shared.client_words import ClientWords
from shared.ledger import batches
from shared.ledger.keys import Access
from shared.records import BatchId, OwnerId


async def create(
    services: Services, access: Access, owner: OwnerId, body: NewBatch, idempotency_key: str | None
) -> web.Response:
    await services.limits.check_open_batches(access)
    batch_id = await batches.create_batch(
        services.pool,
        owner,
        name=body.name,
        lane=body.lane,
        top_k=body.top_k or services.settings.top_k,
        idempotency_key=idempotency_key,
        site=None if body.site is None else body.site.site(),
        scoring=await settings_of(services, body.scoring) if body.scoring else None,
        words=ClientWords(client_id=body.client_id, metadata=body.metadata or None),
        expires_at=body.expiry(),
    )
    headers = {"Location": f"{services.settings.path_prefix}/v1/batches/{batch_id}"}
    return await _batch(services, owner, batch_id, status=201, headers=headers)


async def listing(services: Services, owner: OwnerId, query: BatchesQuery) -> web.Response:
    before = BatchId(query.cursor) if query.cursor else None
    # One more than asked for tells whether there is another page.
    found = await batches.list_batches(
        services.pool, owner, before=before, limit=query.limit + 1, client_id=query.client_id
    )
    hindrance = services.relay.hindrance()
    page = [BatchDocument.of(batch, hindrance) for batch in found[: query.limit]]
    next_cursor = page[-1].id if len(found) > query.limit else None
    return json_response(BatchPage(batches=page, next_cursor=next_cursor))


async def read(services: Services, owner: OwnerId, batch_id: BatchId) -> web.Response:
    return await _batch(services, owner, batch_id)


async def change(services: Services, owner: OwnerId, batch_id: BatchId, body: BatchChanges) -> web.Response:
    changes = body.model_dump(exclude_unset=True, include={"name", "client_id", "metadata"})
    if body.model_fields_set & {"expires_at", "expires_in_s"}:
        changes["expires_at"] = body.expiry()
    await batches.change_batch(services.pool, owner, batch_id, changes)
    services.feed.announce(batch_id)
    return await _batch(services, owner, batch_id)


async def close(services: Services, owner: OwnerId, batch_id: BatchId) -> web.Response:
    await batches.close_batch(services.pool, owner, batch_id)
    services.feed.announce(batch_id)
    return await _batch(services, owner, batch_id)


async def retry(services: Services, owner: OwnerId, batch_id: BatchId) -> web.Response:
    await services.retries.begin(owner, batch_id)
    return await _batch(services, owner, batch_id)


async def cancel(services: Services, owner: OwnerId, batch_id: BatchId) -> web.Response:
    await services.cancellations.begin(owner, batch_id)
    return await _batch(services, owner, batch_id)


async def delete(services: Services, owner: OwnerId, batch_id: BatchId) -> web.Response:
    await services.deletions.delete(owner, batch_id)
    services.feed.announce(batch_id)
    return web.Response(status=204)


async def _batch(
    services: Services,
    owner: OwnerId,
    batch_id: BatchId,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> web.Response:
    batch = await batches.get_batch(services.pool, owner, batch_id)
    return json_response(BatchDocument.of(batch, services.relay.hindrance()), status, headers)
