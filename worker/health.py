"""`/healthz`, `/readyz` and `/metrics` of a worker, for orchestrators and Prometheus."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from shared import metrics
from shared.errors import Away
from shared.readiness import told


async def serve_health(port: int, faults: Callable[[], Awaitable[dict[str, Away]]]) -> web.AppRunner | None:
    """Serve on `port` until the returned runner is cleaned up; port 0 serves nothing.

    `faults` tells by part why it can't be used.
    """
    if port == 0:
        return None

    async def alive(_: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def readiness(_: web.Request) -> web.Response:
        found = await faults()
        if not found:
            return web.json_response({"ready": True})
        reasons = {part: fault.detail for part, fault in found.items()}
        return web.json_response({"ready": False, "detail": told(found), "reasons": reasons}, status=503)

    async def exposition(_: web.Request) -> web.Response:
        return web.Response(body=metrics.exposition(), headers={"Content-Type": metrics.CONTENT_TYPE})

    app = web.Application()
    app.add_routes(
        [web.get("/healthz", alive), web.get("/readyz", readiness), web.get("/metrics", exposition)]
    )
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", port).start()
    return runner
