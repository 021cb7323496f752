"""A reverse proxy with the habits of real ones: limits on bodies, moments without an answer, pages."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

LARGE = 1 << 40  # bytes: the limit of the gateway itself is ours to set
_KEPT = ("Authorization", "Content-Type", "Idempotency-Key")


@dataclass
class Gateway:
    """`max_body` in bytes; `answers`: what the next requests for a batch get instead of the server's;
    `groups`: requests with photos that get through; later ones wait until `go_on` is set, in vain."""

    target: str
    session: aiohttp.ClientSession
    max_body: int = LARGE
    answers: list[int] = field(default_factory=list)
    groups: int | None = None
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""
    refused: int = 0

    async def handle(self, request: web.Request) -> web.Response:
        if request.headers.get("Upgrade"):
            return _page(501, "Not Implemented")  # as where nobody configured websockets
        body = bytearray()
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > self.max_body:
                self.refused += 1
                return _page(413, "Request Entity Too Large")
        if await self._held(request):
            return _page(502, "Bad Gateway")
        if self.answers and "/batches/" in request.path:
            return _page(self.answers.pop(0), "A Page")
        headers = {name: request.headers[name] for name in _KEPT if name in request.headers}
        async with self.session.request(
            request.method, self.target + request.path_qs, data=bytes(body), headers=headers
        ) as answer:
            kind = {"Content-Type": answer.headers.get("Content-Type", "")}
            return web.Response(status=answer.status, body=await answer.read(), headers=kind)

    async def _held(self, request: web.Request) -> bool:
        if self.groups is None or request.method != "POST" or not request.path.endswith("/photos"):
            return False
        self.groups -= 1
        if self.groups >= 0:
            return False
        await self.go_on.wait()
        return True


def _page(status: int, title: str) -> web.Response:
    text = f"<html>\r\n<head><title>{status} {title}</title></head><hr>nginx</html>"
    return web.Response(
        status=status, text=text, content_type="text/html", headers={"Server": "nginx/1.24.0"}
    )


@asynccontextmanager
async def gateway(target: str, max_body: int = LARGE) -> AsyncIterator[Gateway]:
    async with aiohttp.ClientSession() as session:
        one = Gateway(target, session, max_body)
        app = web.Application(client_max_size=LARGE)
        app.router.add_route("*", "/{path:.*}", one.handle)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        one.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield one
        finally:
            await runner.cleanup()
