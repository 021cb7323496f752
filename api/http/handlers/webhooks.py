"""Webhooks of an owner, and what was delivered to them."""

from uuid import UUID

from aiohttp import web

from api.http.responses import json_response
from api.http.schemas.webhooks import (
    DeliveriesQuery,
    DeliveryDocument,
    DeliveryPage,
    MadeWebhook,
    NewSecret,
    NewWebhook,
    WebhookChange,
    WebhookDocument,
    WebhookList,
)
from api.services import Services
from api.webhooks.signing import new_secret
from shared.ledger import webhooks as ledger
from shared.ledger.keys import Access
from shared.records import OwnerId


async def create(services: Services, access: Access, body: NewWebhook) -> web.Response:
    services.addresses.check(body.url)
    await services.limits.check_webhooks(access)
    secret = new_secret()
    made = await ledger.create_webhook(
        services.pool,
        access.owner_id,
        url=body.url,
        events=body.events,
        description=body.description,
        secret=secret,
    )
    return json_response(MadeWebhook.made(made, secret), 201)


async def listing(services: Services, owner: OwnerId) -> web.Response:
    found = await ledger.list_webhooks(services.pool, owner)
    return json_response(WebhookList(webhooks=[WebhookDocument.of(one) for one in found]))


async def read(services: Services, owner: OwnerId, webhook_id: UUID) -> web.Response:
    return json_response(WebhookDocument.of(await ledger.get_webhook(services.pool, owner, webhook_id)))


async def change(services: Services, owner: OwnerId, webhook_id: UUID, body: WebhookChange) -> web.Response:
    if body.url is not None:
        services.addresses.check(body.url)
    changed = await ledger.change_webhook(
        services.pool,
        owner,
        webhook_id,
        url=body.url,
        events=body.events,
        description=body.description,
        enabled=body.enabled,
    )
    services.webhooks.wake()
    return json_response(WebhookDocument.of(changed))


async def delete(services: Services, owner: OwnerId, webhook_id: UUID) -> web.Response:
    await ledger.delete_webhook(services.pool, owner, webhook_id)
    return web.Response(status=204)


async def rotate(services: Services, owner: OwnerId, webhook_id: UUID, body: NewSecret) -> web.Response:
    secret = new_secret()
    rotated = await ledger.rotate_secret(
        services.pool, owner, webhook_id, secret=secret, keep_old_s=body.keep_old_s
    )
    return json_response(MadeWebhook.made(rotated, secret))


async def test(services: Services, owner: OwnerId, webhook_id: UUID) -> web.Response:
    added = await ledger.add_test(services.pool, owner, webhook_id)
    services.webhooks.wake()
    return json_response(DeliveryDocument.of(added), 202)


async def deliveries(
    services: Services, owner: OwnerId, webhook_id: UUID, query: DeliveriesQuery
) -> web.Response:
    found = await ledger.list_deliveries(
        services.pool, owner, webhook_id, state=query.state, before=query.cursor, limit=query.limit
    )
    last = found[-1].id if len(found) == query.limit else None
    return json_response(
        DeliveryPage(deliveries=[DeliveryDocument.of(one) for one in found], next_cursor=last)
    )


async def replay(services: Services, owner: OwnerId, webhook_id: UUID, delivery_id: UUID) -> web.Response:
    replayed = await ledger.replay_delivery(services.pool, owner, webhook_id, delivery_id)
    services.webhooks.wake()
    return json_response(DeliveryDocument.of(replayed), 202)
