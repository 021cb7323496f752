"""Webhooks: other programs that are told of what happens here."""

from collections.abc import AsyncIterator
from typing import Any, Literal, TypedDict

from api.client.transport import Transport

WebhookEvent = Literal["batch.finished", "batch.reviewed", "model.promoted"]
DeliveryState = Literal["waiting", "delivered", "failed"]
_PAGE = 100  # deliveries a request


class WebhookDocument(TypedDict):
    """`gone_at`: when it answered 410, `failed_at`: when it had taken nothing for three days of attempts;
    both switched it off."""

    id: str
    url: str
    events: list[WebhookEvent]
    description: str | None
    enabled: bool
    gone_at: str | None
    failed_at: str | None
    old_secret_until: str | None
    created_at: str


class MadeWebhook(WebhookDocument):
    """`secret`: by which receivers check signatures; told this once."""

    secret: str


class AttemptDocument(TypedDict):
    attempted_at: str
    status: int | None
    problem: str | None
    took_s: float


class DeliveryDocument(TypedDict):
    """`id`: the header `webhook-id`; `body`: what is sent, to the byte."""

    id: str
    event: str
    body: str
    state: DeliveryState
    created_at: str
    due_at: str | None
    delivered_at: str | None
    attempts: list[AttemptDocument]


class WebhookCalls:
    """Calls about this owner's webhooks."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def create(self, url: str, **order: Any) -> MadeWebhook:
        """`events`, `description`: those left out as the server has them."""
        made: MadeWebhook = await self._transport.json(
            "POST", "v1/webhooks", json={"url": url, **order}, repeatable=False
        )
        return made

    async def all(self) -> list[WebhookDocument]:
        """Oldest first."""
        found = await self._transport.json("GET", "v1/webhooks")
        return list(found["webhooks"])

    async def change(self, webhook_id: str, **change: Any) -> WebhookDocument:
        """`url`, `events`, `description`, `enabled`: what is left out stays."""
        changed: WebhookDocument = await self._transport.json("PATCH", _path(webhook_id), json=change)
        return changed

    async def delete(self, webhook_id: str) -> None:
        await self._transport.json("DELETE", _path(webhook_id))

    async def rotate(self, webhook_id: str, **order: int) -> MadeWebhook:
        """Another secret; that of before signs beside it for `keep_old_s`, a day where it is left out."""
        made: MadeWebhook = await self._transport.json(
            "POST", f"{_path(webhook_id)}/secret", json=order, repeatable=False
        )
        return made

    async def test(self, webhook_id: str) -> DeliveryDocument:
        """Have something sent to it; see `deliveries` for what came of it."""
        added: DeliveryDocument = await self._transport.json(
            "POST", f"{_path(webhook_id)}/test", repeatable=False
        )
        return added

    async def deliveries(
        self, webhook_id: str, state: DeliveryState | None = None
    ) -> AsyncIterator[DeliveryDocument]:
        """Newest first, fetched as they are asked for."""
        params = {"limit": str(_PAGE)} | ({"state": state} if state else {})
        while True:
            page = await self._transport.json("GET", f"{_path(webhook_id)}/deliveries", params=params)
            for one in page["deliveries"]:
                yield one
            if page["next_cursor"] is None:
                return
            params["cursor"] = page["next_cursor"]

    async def replay(self, webhook_id: str, delivery_id: str) -> DeliveryDocument:
        """Have it sent again, whatever became of it before."""
        replayed: DeliveryDocument = await self._transport.json(
            "POST", f"{_path(webhook_id)}/deliveries/{delivery_id}/replay"
        )
        return replayed


def _path(webhook_id: str) -> str:
    return f"v1/webhooks/{webhook_id}"
