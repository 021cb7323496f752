"""A reverse proxy that shows a server below a path, as nginx, Traefik and others do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade", "host", "content-length"}
PASSED = {"authorization", "cookie", "origin"}


class PathProxy:
    """Passes on what is asked below `prefix`, without it where `strips`; `outside`: what else was asked."""

    def __init__(self, target: str, prefix: str, *, strips: bool) -> None:
        self._target = target
        self._prefix = prefix
        self._strips = strips
        self.outside: list[str] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path = request.raw_path
        if not path.startswith(self._prefix):
            self.outside.append(path)
            return web.Response(status=404, text="<html>another service</html>", content_type="text/html")
        if self._strips:
            path = path.removeprefix(self._prefix) or "/"
        async with aiohttp.ClientSession(auto_decompress=False) as session:
            if request.headers.get("Upgrade", "").lower() == "websocket":
                return await self._pass_socket(session, request, path)
            return await self._pass(session, request, path)

    async def _pass(
        self, session: aiohttp.ClientSession, request: web.Request, path: str
    ) -> web.StreamResponse:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP}
        body = await request.read() if request.can_read_body else None
        async with session.request(
            request.method, self._target + path, headers=headers, data=body, allow_redirects=False
        ) as answer:
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in HOP}
            response = web.StreamResponse(status=answer.status, headers=kept)
            await response.prepare(request)
            async for chunk in answer.content.iter_any():
                await response.write(chunk)
            await response.write_eof()
            return response

    async def _pass_socket(
        self, session: aiohttp.ClientSession, request: web.Request, path: str
    ) -> web.StreamResponse:
        offered = [name.strip() for name in request.headers.get("Sec-WebSocket-Protocol", "").split(",")]
        headers = {name: value for name, value in request.headers.items() if name.lower() in PASSED}
        protocols = [name for name in offered if name]
        async with session.ws_connect(self._target + path, protocols=protocols, headers=headers) as there:
            here = web.WebSocketResponse(protocols=[there.protocol] if there.protocol else [])
            await here.prepare(request)

            async def back() -> None:
                async for message in there:
                    await here.send_str(message.data)
                await here.close(code=there.close_code or 1000)

            async def forth() -> None:
                async for message in here:
                    await there.send_str(message.data)
                await there.close()

            await asyncio.gather(back(), forth())
            return here


@asynccontextmanager
async def shown_below(target: str, prefix: str, *, strips: bool) -> AsyncIterator[PathProxy]:
    proxy = PathProxy(target, prefix, strips=strips)
    app = web.Application(client_max_size=1 << 30)
    app.router.add_route("*", "/{path:.*}", proxy.handle)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        proxy.url = f"http://127.0.0.1:{runner.addresses[0][1]}{prefix}"
        yield proxy
    finally:
        await runner.cleanup()
