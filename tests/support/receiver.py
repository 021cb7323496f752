"""A program that webhooks are sent to: a real server, which answers as it is told and keeps what came."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook


@dataclass(frozen=True)
class Received:
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> dict[str, Any]:
        """What it says, as a receiver's own library reads it. Raises where the signature is not good."""
        said: dict[str, Any] = Webhook(secret).verify(self.body, self.headers)
        return said


@dataclass
class Receiver:
    port: int = 0
    answers: list[int] = field(default_factory=list)
    """Statuses of the next answers; then 204."""
    headers: dict[str, str] = field(default_factory=dict)
    silent: asyncio.Event | None = None
    """Nothing is answered before it is set."""
    came: "asyncio.Queue[Received]" = field(default_factory=asyncio.Queue)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def take(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.came.put_nowait(Received(headers, await request.read()))
        if self.silent is not None:
            await self.silent.wait()
        return web.Response(status=self.answers.pop(0) if self.answers else 204, headers=self.headers)

    async def next(self) -> Received:
        async with asyncio.timeout(60):  # beside others' tests
            return await self.came.get()


@asynccontextmanager
async def receiving(port: int = 0, host: str = "127.0.0.1") -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/{anything:.*}", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        receiver.port = runner.addresses[0][1]
        yield receiver
    finally:
        await runner.cleanup()
