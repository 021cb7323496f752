"""Whether keys that were good when something long began are good still; asked once for all that use one."""

import asyncio

from aiohttp import web

from api.http.auth import is_good_still
from shared.errors import LedgerAway
from shared.ledger.database import Pool

KEY_S = 10.0  # that a key may go on after it was revoked
_SIGNED = ("Authorization", "Sec-WebSocket-Protocol")  # where a request may say its key


class KeyStanding:
    """Of the keys of open websockets."""

    def __init__(self) -> None:
        self._asked: dict[tuple[str, ...], asyncio.Task[bool]] = {}

    async def lost(self, request: web.Request, pool: Pool) -> None:
        """Wait until the key of `request` is no longer good."""
        while await self._good(request, pool):
            pass

    async def _good(self, request: web.Request, pool: Pool) -> bool:
        signed = tuple(request.headers.get(name, "") for name in _SIGNED)
        task = self._asked.get(signed)
        if task is None:
            task = self._asked[signed] = asyncio.create_task(
                _ask_later(request, pool), name="ask about a key"
            )
            task.add_done_callback(lambda _: self._asked.pop(signed))
        return await asyncio.shield(task)  # others wait for it, too


async def _ask_later(request: web.Request, pool: Pool) -> bool:
    await asyncio.sleep(KEY_S)
    try:
        return await is_good_still(request, pool)
    except LedgerAway:
        return True  # asked again


KEY_STANDING = web.AppKey("key-standing", KeyStanding)
