"""For those who watch over the process: liveness, readiness, metrics."""

import asyncio
from collections.abc import Awaitable

import structlog
from aiohttp import web

from api.http.problems import problem
from api.http.responses import json_response
from api.http.schemas.catalogue import Health, Readiness
from api.services import Services
from shared import metrics
from shared.errors import Away, Code
from shared.ledger import database

CHECK_S = 3.0  # a server that takes longer is not there for our purposes


async def alive() -> web.Response:
    return json_response(Health(status="ok"))


async def ready(services: Services) -> web.Response:
    postgres, s3 = await asyncio.gather(
        _answers(database.check(services.pool)), _answers(services.objects.check())
    )
    rabbitmq = services.relay.connected and services.feed.connected
    readiness = Readiness(postgres=postgres, rabbitmq=rabbitmq, s3=s3)
    checks = readiness.model_dump()
    if all(checks.values()):
        return json_response(readiness)
    missing = ", ".join(name for name, there in checks.items() if not there)
    retry_after_s = services.settings.retry_after_s
    return problem(Code.UNAVAILABLE, f"Not reachable: {missing}.", retry_after_s=retry_after_s, **checks)


async def prometheus(services: Services) -> web.Response:
    try:
        await services.backlog.waiting()  # sets the gauges
    except Away as error:
        structlog.get_logger().warning("backlog not counted", error=error.detail)
    return web.Response(body=metrics.exposition(), headers={"Content-Type": metrics.CONTENT_TYPE})


async def _answers(question: Awaitable[object]) -> bool:
    try:
        async with asyncio.timeout(CHECK_S):
            await question
    except (Away, TimeoutError):
        return False
    return True
