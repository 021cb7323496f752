"""One attempt at one delivery: sent, and what came of it. Nothing that a stranger's server does is an error
here."""

import asyncio
import email.utils
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from api.webhooks.addresses import Addresses, AddressRefused
from api.webhooks.signing import signature_headers
from shared.ledger.webhook_outbox import Attempt, ClaimedDelivery

LOOKUPS_AT_ONCE: Final = 32  # names whose servers do not answer hold a thread each, and nobody else's
_SAID: Final = (
    (aiohttp.ClientConnectorDNSError, "Its name leads nowhere."),
    (aiohttp.ClientSSLError, "Its certificate is not good, or it does not speak TLS."),
    (aiohttp.ClientConnectorError, "Nobody takes connections there."),
    ((aiohttp.ClientConnectionError, OSError), "The connection broke off."),
    (ValueError, "That is no address of a server."),
)
Lookup = Callable[..., Sequence[tuple[Any, ...]]]


class Sender:
    def __init__(self, addresses: Addresses, timeout_s: float, lookup: Lookup = socket.getaddrinfo) -> None:
        """`timeout_s`: of one attempt, from the name to the first line of the answer."""
        self.timeout_s = timeout_s
        self._addresses = addresses
        self._lookup = lookup
        self._made: aiohttp.ClientSession | None = None

    async def send(self, delivery: ClaimedDelivery) -> Attempt:
        body = delivery.body.encode()
        headers = signature_headers(delivery.secrets, str(delivery.id), int(time.time()), body)
        began = time.perf_counter()
        status, retry_after_s = None, None
        try:
            # A redirect would lead wherever a stranger likes; of the answer only the first lines are read.
            async with self._session.post(
                URL(delivery.url), data=body, headers=headers, allow_redirects=False
            ) as response:
                status = response.status
                retry_after_s = _seconds(response.headers.get("Retry-After", ""))
            problem = _said(status)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            problem = self._explained(error)
        return Attempt(status, problem, time.perf_counter() - began, retry_after_s)

    async def close(self) -> None:
        if self._made is not None:
            await self._made.close()

    @property
    def _session(self) -> aiohttp.ClientSession:
        """Made at the first use, since it belongs to the loop. It keeps neither cookies nor connections:
        each attempt asks for its address, and shows it, anew."""
        if self._made is None:
            connector = aiohttp.TCPConnector(
                limit=0,  # who sends limits that
                force_close=True,
                use_dns_cache=False,
                resolver=_OwnThreads(self._lookup),
                socket_factory=self._addresses.open_socket,
            )
            self._made = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=self.timeout_s),
                headers={"User-Agent": f"Birds/{version('birds')}", "Content-Type": "application/json"},
            )
        return self._made

    def _explained(self, error: Exception) -> str:
        """To a person, who may be a stranger: not what our network looks like."""
        if isinstance(error, TimeoutError):
            return f"No answer within {self.timeout_s:g} s."
        if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, AddressRefused):
            return str(error.os_error.strerror)
        return next((said for kind, said in _SAID if isinstance(error, kind)), "What came was not HTTP.")


class _OwnThreads(AbstractResolver):
    """Looks names up in threads that nothing else waits for."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._threads = ThreadPoolExecutor(LOOKUPS_AT_ONCE, "webhook names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, self._lookup, host, port, family, socket.SOCK_STREAM
        )
        return [
            ResolveResult(hostname=host, host=there[0], port=there[1], family=family, proto=protocol, flags=0)
            for family, _, protocol, _, there in found
        ]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _said(status: int) -> str | None:
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return f"It answered {status}; redirects are not followed."
    return f"It answered {status}."


def _seconds(retry_after: str) -> float | None:
    """Until the time that a header names, as a number of seconds or as a date; None for anything else."""
    if retry_after.isascii() and retry_after.isdecimal():
        return float(retry_after[:9])
    try:
        until = email.utils.parsedate_to_datetime(retry_after)
        return max((until - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None
