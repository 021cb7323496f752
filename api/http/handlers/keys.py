"""Keys of all owners, and the shares of one batch."""

from aiohttp import web

from api.http.responses import json_response
from api.http.schemas.keys import KeyDocument, KeyList, KeyOrder, MadeKey, ShareOrder
from api.services import Services
from shared.ledger import keys
from shared.ledger.batches import get_batch
from shared.ledger.keys import NewKey
from shared.records import BatchId, KeyId, OwnerId


async def create(services: Services, body: KeyOrder) -> web.Response:
    lifetime_s = body.expires_in_s
    made = await keys.create_key(
        services.pool, body.owner, set(body.scopes), person=body.person, lifetime_s=lifetime_s
    )
    return await _made(services, made)


async def listing(services: Services) -> web.Response:
    return json_response(_list(await keys.list_keys(services.pool)))


async def revoke(services: Services, key_id: KeyId) -> web.Response:
    await keys.revoke_key(services.pool, key_id)
    return web.Response(status=204)


async def share(services: Services, owner: OwnerId, batch_id: BatchId, body: ShareOrder) -> web.Response:
    await get_batch(services.pool, owner, batch_id)
    made = await keys.share_batch(
        services.pool, owner, batch_id, person=body.person, lifetime_s=body.expires_in_s
    )
    return await _made(services, made)


async def shares(services: Services, owner: OwnerId, batch_id: BatchId) -> web.Response:
    await get_batch(services.pool, owner, batch_id)
    return json_response(_list(await keys.list_keys(services.pool, batch_id)))


async def unshare(services: Services, owner: OwnerId, batch_id: BatchId, key_id: KeyId) -> web.Response:
    await get_batch(services.pool, owner, batch_id)
    await keys.revoke_key(services.pool, key_id, batch_id)
    return web.Response(status=204)


async def _made(services: Services, made: NewKey) -> web.Response:
    return json_response(MadeKey.made(await keys.get_key(services.pool, made.id), made.secret), 201)


def _list(found: list[keys.Key]) -> KeyList:
    return KeyList(keys=[KeyDocument.of(key) for key in found])
