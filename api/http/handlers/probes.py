"""For those who watch over the process: liveness, readiness, metrics."""

from typing import Any

import structlog
from aiohttp import web

from api.http.problems import problem
from api.http.responses import json_response
from api.http.schemas.catalogue import Health, Readiness
from api.services import Services
from shared import metrics, readiness
from shared.errors import Away, Code, NoSpace
from shared.ledger.readiness import check


async def alive() -> web.Response:
    return json_response(Health(status="ok"))


async def ready(services: Services) -> web.Response:
    faults = await readiness.faults(
        {
            "postgres": check(services.pool),
            "rabbitmq": _broker(services),
            "s3": services.objects.check(),
            "disk": services.disk.check(),
        }
    )
    parts: dict[str, Any] = {part: part not in faults for part in Readiness.model_fields}
    if not faults:
        return json_response(Readiness(**parts))
    full = all(isinstance(fault, NoSpace) for fault in faults.values())
    return problem(
        Code.NO_SPACE if full else Code.UNAVAILABLE,
        readiness.told(faults),
        retry_after_s=services.settings.retry_after_s,
        prefix=services.settings.path_prefix,
        reasons={part: fault.detail for part, fault in faults.items()},
        **parts,
    )


async def prometheus(services: Services) -> web.Response:
    try:
        await services.backlog.waiting()  # sets the gauges
    except Away as error:
        structlog.get_logger().warning("backlog not counted", error=error.detail)
    return web.Response(body=metrics.exposition(), headers={"Content-Type": metrics.CONTENT_TYPE})


async def _broker(services: Services) -> None:
    services.relay.check()
    services.feed.check()
