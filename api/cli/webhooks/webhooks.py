"""`birds webhooks`: programs that are told of what happens, and what was sent to them."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Column, Table

from api.cli.ids import digits_of, only
from api.cli.output import report_console
from api.cli.running import EXIT_ALL_DONE, EXIT_SOME_FAILED, CouldNotRunError, say
from api.cli.server import connected
from api.client import BirdsClient
from api.client.patience import IMPATIENT
from api.client.webhooks import DeliveryDocument, WebhookDocument

HOUR_S = 3600
LOOK_AGAIN_S = 0.2
TOLD_S = 45.0  # the longest attempt is over by then, whatever it was set to within reason
STATES = ("waiting", "delivered", "failed")
MINUTE = len("2026-01-01T00:00")


async def print_webhooks(data: Path | None) -> None:
    async with connected(data, IMPATIENT) as client:
        found = await client.webhooks.all()
    table = Table(*(_whole("ID"), "URL", "Events", "State", "Description"), box=None, header_style="bold")
    for one in found:
        state = _state(one)
        url, description = escape(one["url"]), escape(one["description"] or "")
        table.add_row(one["id"], url, " ".join(one["events"]), state, description)
    report_console().print(table)


def _state(webhook: WebhookDocument) -> str:
    if webhook["enabled"]:
        return "on"
    return "gone (410)" if webhook["gone_at"] else "failed" if webhook["failed_at"] else "off"


async def create_webhook(data: Path | None, url: str, order: Mapping[str, Any]) -> str:
    """Returns its secret."""
    async with connected(data, IMPATIENT) as client:
        made = await client.webhooks.create(url, **order)
    say(f"webhook {made['id']} is told of {', '.join(made['events'])}; by this secret it knows us:")
    return made["secret"]


async def change_webhook(data: Path | None, text: str, change: Mapping[str, Any]) -> None:
    async with connected(data, IMPATIENT) as client:
        changed = await client.webhooks.change((await _find(client, text))["id"], **change)
    state = "on" if changed["enabled"] else "off"
    say(f"webhook {changed['id']}, {state}, {changed['url']}: {', '.join(changed['events'])}")


async def delete_webhook(data: Path | None, text: str) -> None:
    async with connected(data, IMPATIENT) as client:
        webhook = await _find(client, text)
        await client.webhooks.delete(webhook["id"])
    say(f"nothing is sent to {webhook['url']} any more")


async def rotate_secret(data: Path | None, text: str, keep_hours: float) -> str:
    """Returns the new one."""
    async with connected(data, IMPATIENT) as client:
        webhook = await _find(client, text)
        made = await client.webhooks.rotate(webhook["id"], keep_old_s=round(keep_hours * HOUR_S))
    say(f"the secret of before signs beside this one until {made['old_secret_until']}:")
    return made["secret"]


async def try_webhook(data: Path | None, text: str) -> int:
    """Returns the exit status: 1 where the first attempt failed, or none was made."""
    async with connected(data, IMPATIENT) as client:
        webhook = await _find(client, text)
        added = await client.webhooks.test(webhook["id"])
        try:
            async with asyncio.timeout(TOLD_S):
                attempted = await _attempted(client, webhook["id"], added["id"])
        except TimeoutError:
            said = "nobody has sent it yet" if webhook["enabled"] else "the webhook is off"
            raise CouldNotRunError(f"{said}; `birds webhooks deliveries` tells what comes of it") from None
    last = attempted["attempts"][-1]
    if attempted["delivered_at"] is None:
        say(f"birds: it did not arrive: {last['problem']}")
        return EXIT_SOME_FAILED
    say(f"it arrived in {last['took_s']:.2f} s: {last['status']}")
    return EXIT_ALL_DONE


async def print_deliveries(data: Path | None, text: str, state: str | None, limit: int) -> None:
    if state not in (None, *STATES):
        raise CouldNotRunError(f"there is no state {state!r}; there are {', '.join(STATES)}")
    heads = _whole("ID"), "Event", "Made", "State", "Attempts", "Last"
    table = Table(*heads, box=None, header_style="bold")
    async with connected(data, IMPATIENT) as client:
        webhook = await _find(client, text)
        left = limit
        async for one in client.webhooks.deliveries(webhook["id"], state):  # type: ignore[arg-type]
            last = one["attempts"][-1] if one["attempts"] else None
            told = "" if last is None else last["problem"] or str(last["status"])
            made, attempts = one["created_at"][:MINUTE].replace("T", " "), str(len(one["attempts"]))
            table.add_row(one["id"], one["event"], made, one["state"], attempts, escape(told))
            left -= 1
            if not left:
                break
    report_console().print(table)


async def replay_deliveries(data: Path | None, text: str, delivery: str | None) -> None:
    """One, or where none is named all that were given up."""
    async with connected(data, IMPATIENT) as client:
        webhook = await _find(client, text)
        state = "failed" if delivery is None else None
        found = [one["id"] async for one in client.webhooks.deliveries(webhook["id"], state)]  # type: ignore[arg-type]
        if delivery is not None:
            digits = digits_of(delivery)
            begin_so = [(one, one) for one in found if digits_of(one).startswith(digits)]
            found = [only(begin_so, delivery, "delivery of that webhook")]
        for one in found:
            await client.webhooks.replay(webhook["id"], one)
    say(f"sent again: {len(found):,}")


async def _find(client: BirdsClient, text: str) -> WebhookDocument:
    """The webhook whose ID begins with `text`. Raises `CouldNotRunError` where that is none or several."""
    digits = digits_of(text)
    found = [one for one in await client.webhooks.all() if digits_of(one["id"]).startswith(digits)]
    return only([(one["id"], one) for one in found], text, "webhook")


async def _attempted(client: BirdsClient, webhook_id: str, delivery_id: str) -> DeliveryDocument:
    """Once something has come of it."""
    while True:
        async for one in client.webhooks.deliveries(webhook_id):
            if one["id"] == delivery_id and one["attempts"]:
                return one
        await asyncio.sleep(LOOK_AGAIN_S)


def _whole(heading: str) -> Column:
    """An ID, which is to be copied."""
    return Column(heading, no_wrap=True, min_width=36)
