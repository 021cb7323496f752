"""The HTTP side of the api alone, for what is decided before any server behind it is asked."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

from aiohttp import web

from api.duties.key_limits import KeyLimits
from api.http.app import build_app
from api.http.connections import Runner
from api.settings import ApiSettings

NOWHERE = {
    "s3_endpoint": "http://127.0.0.1:9",
    "s3_access_key": "a",
    "s3_secret_key": "b",
    "postgres_url": "postgresql://127.0.0.1:9",
    "amqp_url": "amqp://127.0.0.1:9",
}


@asynccontextmanager
async def bare_api(parts: Mapping[str, Any] | None = None, **settings: Any) -> AsyncIterator[int]:
    """Its port; served as the process does. `parts`: services that are asked after all."""
    known = ApiSettings(**{**NOWHERE, **settings})
    given = {"pool": None, **(parts or {})}
    limits = KeyLimits(given["pool"], known)  # type: ignore[arg-type]
    services: Any = SimpleNamespace(settings=known, stopping=asyncio.Event(), limits=limits, **given)
    runner = Runner(build_app(services), per_address=known.connections_per_address, shutdown_s=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def said(port: int, request: bytes) -> bytes:
    """What is answered to these bytes until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        return await reader.read()
    finally:
        writer.close()
