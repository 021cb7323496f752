"""The audit of a batch, drawn and read."""

from aiohttp import web

from api.http.responses import json_response
from api.http.schemas.audits import AuditDocument, AuditOrder
from api.services import Services
from shared.ledger.audits import draw_audit, read_audit
from shared.ledger.keys import Access
from shared.records import BatchId, OwnerId


async def draw(
    services: Services, access: Access, owner: OwnerId, batch_id: BatchId, body: AuditOrder
) -> web.Response:
    await draw_audit(services.pool, owner, batch_id, body.order())
    return await read(services, access, owner, batch_id)


async def read(services: Services, access: Access, owner: OwnerId, batch_id: BatchId) -> web.Response:
    audit = await read_audit(services.pool, owner, batch_id, access.key_id)
    return json_response(AuditDocument.of(audit))
