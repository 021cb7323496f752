"""Follows a batch's results: by websocket, by long-polling where websockets do not get through."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import aiohttp
from yarl import URL

from api.client.errors import ServerUnreachableError
from api.client.records import Result, ResultPage
from api.client.transport import Transport, reachable

PAGE = 1000  # results a request
POLL_S = 20  # a poll waits this long for news; proxies cut what stays silent for 30 s
HEARTBEAT_S = 20.0  # a connection that answers no ping that long is dead


class _RefusedError(Exception):
    """Something between us and the server does not let websockets through."""


async def follow(transport: Transport, batch_id: str, after: int) -> AsyncIterator[Result]:
    """Each result with seq > `after`, once and in seq order, until the batch is finished.

    Lost connections are resumed where they broke. Before every reconnection one poll is made by HTTP: it
    brings the real error (a revoked key, a deleted batch), waits while the server restarts, and keeps a
    websocket that breaks again and again from becoming a busy loop.
    """
    by_websocket = True
    while True:
        if by_websocket:
            try:
                async with aclosing(_events(transport, batch_id, after)) as events:
                    async for result in events:
                        after = result["seq"] or after
                        yield result
                return
            except _RefusedError:
                by_websocket = False
            except ServerUnreachableError:
                pass  # the poll finds out how it stands
        page = await result_page(transport, batch_id, after=after, wait=POLL_S)
        for result in page["results"]:
            after = result["seq"] or after
            yield result
        if not page["results"] and page["state"] == "finished" and page["last_seq"] <= after:
            return


async def result_page(
    transport: Transport, batch_id: str, *, after: int, limit: int = PAGE, wait: float = 0
) -> ResultPage:
    """Up to `limit` results after seq `after`; waits up to `wait` seconds for the first."""
    params = {"after": str(after), "limit": str(limit), "wait": f"{wait:g}"}
    page: ResultPage = await transport.json("GET", f"v1/batches/{batch_id}/results", params=params)
    return page


async def _events(transport: Transport, batch_id: str, after: int) -> AsyncGenerator[Result]:
    """The results of one websocket; ends with the batch. Raises where the connection ends earlier."""
    await transport.settle()
    url = transport.base.join(URL(f"v1/batches/{batch_id}/events")).with_query(after=after)
    with reachable(transport.base):
        try:
            socket = await transport.session.ws_connect(
                url, headers=transport.authorization, heartbeat=HEARTBEAT_S, max_msg_size=0
            )
        except aiohttp.WSServerHandshakeError as error:
            raise _RefusedError from error
        async with socket:
            async for message in socket:
                event = message.json()
                kind = event.pop("type")
                if kind == "result":
                    yield event
                elif kind == "finished":
                    return
    raise ServerUnreachableError(f"the websocket was closed ({socket.close_code})")
