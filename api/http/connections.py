"""Who may be connected, and for how long without a request: silent connections take nobody's place.

Against slow headers (slowloris), against many connections of one address, and against running out of file
descriptors, which would take away the ledger's and the storage's connections, too.
"""

import asyncio
import resource
from collections import Counter
from contextlib import suppress
from typing import Any

import structlog
from aiohttp import web
from aiohttp.web_protocol import RequestHandler

RESERVED = 128  # descriptors for the servers behind us, files, sandboxes
LEAST = 64  # connections, however few descriptors there are
KEEP_ALIVE_S = 75.0  # above the minute of load balancers: they, not we, close a connection they may reuse
HEADER_S = 15.0  # for the first request of a connection to come whole; on a phone in the woods it takes two
LINE_BYTES = 16 * 1024  # of a request: a name of 1,024 and an ID of 200 characters, each written as twelve
LINGER_S = 3.0  # for a client that is still sending what we have answered already


class Runner(web.AppRunner):
    """Serves an application, with limits on connections."""

    def __init__(self, app: web.Application, *, per_address: int, shutdown_s: float) -> None:
        """`per_address`: connections from one address; 0: as many as there may be at all."""
        super().__init__(
            app,
            access_log=None,
            shutdown_timeout=shutdown_s,
            keepalive_timeout=KEEP_ALIVE_S,
            lingering_time=LINGER_S,
            max_line_size=LINE_BYTES,
            auto_decompress=False,  # a megabyte of a deflated body becomes a gigabyte; none is taken
        )
        self._per_address = per_address

    async def _make_server(self) -> "Door":
        made = await super()._make_server()
        return Door(
            made.request_handler,
            request_factory=made.request_factory,
            most=_most_connections(),
            per_address=self._per_address,
            **self._kwargs,
        )


class Door(web.Server):
    """aiohttp's server; where it is full, those that wait for a request to come make room."""

    def __init__(self, *handler: Any, most: int, per_address: int, **options: Any) -> None:
        super().__init__(*handler, **options)
        self._most = most
        self._per_address = per_address or most
        self._addresses: dict[RequestHandler, str] = {}  # by age
        self._count: Counter[str] = Counter()

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        peer = transport.get_extra_info("peername")
        address = str(peer[0]) if isinstance(peer, tuple) else ""
        self._addresses[handler] = address
        self._count[address] += 1
        asyncio.get_running_loop().call_later(HEADER_S, self._check_begun, handler)
        if self._count[address] > self._per_address:
            self._make_room(handler, address)
        elif len(self._addresses) > self._most:
            self._make_room(handler, None)

    def connection_lost(self, handler: RequestHandler, exc: BaseException | None = None) -> None:
        super().connection_lost(handler, exc)
        self._forget(handler)

    def _forget(self, handler: RequestHandler) -> None:
        address = self._addresses.pop(handler, None)
        if address is not None:
            self._count[address] -= 1
            if not self._count[address]:
                del self._count[address]

    def _check_begun(self, handler: RequestHandler) -> None:
        if handler in self._addresses and not _has_asked(handler):
            self._close(handler)

    def _make_room(self, newest: RequestHandler, address: str | None) -> None:
        """Close one: the oldest that never asked for anything, or waits; else the newest."""
        waiting = [
            one
            for one, where in self._addresses.items()
            if one is not newest and _waits(one) and address in (None, where)
        ]
        leaving = next((one for one in waiting if not _has_asked(one)), waiting[0] if waiting else newest)
        structlog.get_logger().debug("too many connections", of=address or "all", waiting=len(waiting))
        self._close(leaving)

    def _close(self, handler: RequestHandler) -> None:
        self._forget(handler)  # it no longer counts, though it takes a moment to go
        if handler.transport is not None:
            handler.transport.abort()


def _waits(handler: RequestHandler) -> bool:
    """Whether no request is being answered on it; aiohttp itself tells it so when it closes idle ones."""
    return handler._waiter is not None


def _has_asked(handler: RequestHandler) -> bool:
    return handler._request_count > 0


def _most_connections() -> int:
    """As many as the process may have descriptors, of which it takes all that it can get."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):  # macOS: the hard limit is more than it allows
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(LEAST, soft - RESERVED)
