"""Frames that are made once are what a websocket's client reads as messages."""

import asyncio

import aiohttp
from aiohttp import web

from api.http.frames import text_frames


async def test_a_client_reads_messages_of_every_length() -> None:
    messages = ["", "é" * 62, "b" * 125, "c" * 126, "d" * 65_535, "e" * 65_536, "{}"]

    async def sends(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        assert request.transport is not None
        request.transport.write(text_frames(messages))
        await request.writer.drain()
        await socket.close()
        return socket

    app = web.Application()
    app.router.add_get("/", sends)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        async with asyncio.timeout(20), aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
            assert [message.data async for message in socket] == messages
            assert socket.close_code == 1000
    finally:
        await runner.cleanup()
