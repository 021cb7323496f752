"""Whose request it is: bearer authentication."""

from aiohttp import web

from shared.errors import BirdsError, Code
from shared.ledger.database import Pool
from shared.ledger.keys import find_owner
from shared.records import OwnerId

SUBPROTOCOL = "birds.v1"
_KEY_PREFIX = "key."  # a browser can't set headers on a websocket, but it can name subprotocols
MAX_KEY = 200  # characters; ours have 38


async def authenticate(request: web.Request, pool: Pool) -> OwnerId:
    """The owner whose key the request carries. Raises `unauthorized`."""
    key = _bearer(request) or _subprotocol(request)
    if key is None:
        raise BirdsError(Code.UNAUTHORIZED, "Send your key as `Authorization: Bearer <key>`.")
    owner = await find_owner(pool, key) if len(key) <= MAX_KEY else None
    if owner is None:
        raise BirdsError(Code.UNAUTHORIZED, "This key is unknown or was revoked.")
    return owner


def _bearer(request: web.Request) -> str | None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() or None if scheme.lower() == "bearer" else None


def _subprotocol(request: web.Request) -> str | None:
    if request.headers.get("Upgrade", "").lower() != "websocket":
        return None
    for offered in request.headers.get("Sec-WebSocket-Protocol", "").split(","):
        if offered.strip().startswith(_KEY_PREFIX):
            return offered.strip().removeprefix(_KEY_PREFIX)
    return None
