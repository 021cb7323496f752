"""`/healthz`, `/readyz` and `/metrics` of a worker, for orchestrators and Prometheus."""

from collections.abc import Callable

from aiohttp import web

from shared import metrics


async def serve_health(port: int, ready: Callable[[], bool]) -> web.AppRunner | None:
    """Serve on `port` until the returned runner is cleaned up; port 0 serves nothing."""
    if port == 0:
        return None

    async def alive(_: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def readiness(_: web.Request) -> web.Response:
        is_ready = ready()
        return web.json_response({"ready": is_ready}, status=200 if is_ready else 503)

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
