"""Whose request it is, and what its key may be used for: bearer authentication, authorization by scope."""

from collections.abc import Sequence
from uuid import UUID

from aiohttp import web

from api.http.addresses import Network, client_address
from api.http.attempts import FailedAttempts
from shared.errors import BirdsError, Code
from shared.ledger.database import Pool
from shared.ledger.keys import Access, find_access
from shared.ledger.photos import get_photo
from shared.records import PhotoId, Scope

SUBPROTOCOL = "birds.v1"
_KEY_PREFIX = "key."  # a browser can't set headers on a websocket, but it can name subprotocols
MAX_KEY = 200  # characters; ours have 38


async def is_good_still(request: web.Request, pool: Pool) -> bool:
    """Whether the key that let a request in would do so now. Raises LedgerAway."""
    key = _key_of(request)
    return key is not None and await find_access(pool, key) is not None


class Admission:
    """Lets requests in by their keys."""

    def __init__(self, pool: Pool, proxies: Sequence[Network], wrong_keys: int) -> None:
        """`wrong_keys`: from one address, before its keys are looked at no more than one a second."""
        self._pool = pool
        self._proxies = proxies
        self._attempts = FailedAttempts(wrong_keys)

    async def admit(self, request: web.Request, scope: Scope, *, private: bool) -> Access:
        """What the request's key lets do. `private`: it is about what belongs to an owner.

        Raises `unauthorized`, `too-many-attempts`, `missing-scope`; `not-found` for a share of another batch.
        """
        access = await self._authenticated(request)
        if scope not in access.scopes:
            raise BirdsError(Code.MISSING_SCOPE, f"This key lacks the scope `{scope}`.")
        if access.batch_id is not None and private:
            await self._check_share(request, access)
        return access

    async def _authenticated(self, request: web.Request) -> Access:
        key = _key_of(request)
        if key is None:
            raise BirdsError(Code.UNAUTHORIZED, "Send your key as `Authorization: Bearer <key>`.")
        address = client_address(request, self._proxies)
        is_one = len(key) <= MAX_KEY and key.isascii() and key.isprintable()
        self._attempts.check(address, key if is_one else "")
        access = await find_access(self._pool, key) if is_one else None
        if access is None:
            self._attempts.failed(address)
            raise BirdsError(Code.UNAUTHORIZED, "This key is unknown, was revoked or has expired.")
        self._attempts.succeeded(key)
        return access

    async def _check_share(self, request: web.Request, access: Access) -> None:
        """A share opens one batch and the photos in it; the list of batches is not for it."""
        path = request.match_info
        if "batch_id" in path:
            if _uuid(path["batch_id"]) == access.batch_id:
                return
            raise BirdsError(Code.NOT_FOUND, "There is no such batch.")
        if "photo_id" in path:
            photo_id = _uuid(path["photo_id"])
            photo = photo_id and await get_photo(self._pool, access.owner_id, PhotoId(photo_id))
            if photo and photo.batch_id == access.batch_id:
                return
            raise BirdsError(Code.NOT_FOUND, "There is no such photo.")
        raise BirdsError(Code.MISSING_SCOPE, "This key opens a single batch.")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _key_of(request: web.Request) -> str | None:
    return _bearer(request) or _subprotocol(request)


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
