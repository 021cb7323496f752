"""One HTTP session: the key, errors as `BirdsApiError`, and patience."""

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from yarl import URL

from api.client.errors import BirdsApiError, ServerUnreachableError
from api.client.foreign import foreign_answer
from api.client.patience import IMPATIENT, Patience
from api.client.redirects import encrypted, redirected

CONNECT_S = 5.0  # a server on any network answers a handshake sooner
SILENCE_S = 120.0  # the longest the server may say nothing: it stores a large archive before it answers
NO_CONTENT = 204
CONNECTIONS = 32  # above what the uploads use, so that asking for results never waits for them
ERRORS_BELOW = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError, ConnectionError)

Body = Callable[[], AsyncIterator[bytes]]
"""Makes the body anew for every try."""


class Transport:
    """Requests to one server, under one key. Errors: `BirdsApiError`, `ServerUnreachableError`."""

    def __init__(self, url: str, key: str, patience: Patience) -> None:
        self.base = _base(url)
        self.patience = patience
        self.authorization = {"Authorization": f"Bearer {key}"}  # not the session's: storage must not see it
        self._session: aiohttp.ClientSession | None = None
        self._settled = False

    @property
    def session(self) -> aiohttp.ClientSession:
        """Made at the first use, since it belongs to the running loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=SILENCE_S),
            )
        return self._session

    async def settle(self) -> None:
        """Find out, before the key is sent for the first time, whether the server wants https."""
        if not self._settled:
            with reachable(self.base):
                self.base = await encrypted(self.session, self.base)
            self._settled = True

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def json(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool = True,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Any:
        """The JSON of the answer, None where it has no content.

        `repeatable=False`: a request whose answer was lost is not sent again. `options` are aiohttp's.
        """

        async def attempt() -> Any:
            data = {} if body is None else {"data": body()}
            async with self.request(method, path, headers=headers, **data, **options) as response:
                if response.status == NO_CONTENT:
                    return None
                if response.content_type == "application/json":
                    return await response.json()
                raise await foreign_answer(response)

        return await (self.patience if repeatable else IMPATIENT).keep_trying(attempt)

    @asynccontextmanager
    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **options: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """One try; the answer is a good one, its body still to be read."""
        all_headers = {**self.authorization, **(headers or {})}
        await self.settle()
        with reachable(self.base):
            async with self.session.request(
                method, self.base.join(URL(path)), headers=all_headers, allow_redirects=False, **options
            ) as response:
                if (elsewhere := redirected(response)) is not None:
                    raise elsewhere
                if response.status >= 400:
                    raise await _problem(response)
                yield response


class reachable:
    """Turns every way in which a connection fails into `ServerUnreachableError`."""

    def __init__(self, url: URL) -> None:
        self._url = url

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, ERRORS_BELOW):
            raise ServerUnreachableError(f"no answer from {self._url} ({_why(error)})")


def _why(error: BaseException) -> str:
    """In the fewest words; what loops and resolvers add to the operating system's says nothing more."""
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno) if error.errno > 0 else str(error.strerror)
    return str(error) or type(error).__name__


def _base(url: str) -> URL:
    base = URL(url.rstrip("/") + "/")
    if base.scheme not in {"http", "https"} or not base.host:
        raise BirdsApiError("invalid-request", 0, f"{url!r} is no address of a server: http://HOST:PORT")
    return base


async def _problem(response: aiohttp.ClientResponse) -> BirdsApiError:
    """Any answer of 400 or more."""
    try:
        problem = await response.json(content_type=None)
        error = BirdsApiError(
            str(problem["code"]), response.status, str(problem.get("detail") or problem.get("title") or "")
        )
    except (ValueError, TypeError, KeyError):
        error = await foreign_answer(response)
    error.retry_after_s = _seconds(response)
    return error


def _seconds(response: aiohttp.ClientResponse) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else None
