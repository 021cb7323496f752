"""The aiohttp application, put together."""

import json
from importlib.metadata import version

from aiohttp import web

from api import middlewares
from api.binding import bind
from api.docs import docs_page
from api.handlers.pages import add_pages
from api.handlers.receiving import hold_expectation
from api.openapi import openapi_document
from api.routes import OPERATIONS
from api.services import SERVICES, Services


def build_app(services: Services) -> web.Application:
    """The application on services that are open already; it opens and closes nothing."""
    app = web.Application(
        middlewares=[middlewares.observe, middlewares.protect],
        client_max_size=services.settings.max_json_bytes,
    )
    app[SERVICES] = services
    for operation in OPERATIONS:
        app.router.add_route(
            operation.method,
            operation.path,
            bind(operation.handler, secured=operation.secured),
            expect_handler=hold_expectation if operation.upload else None,
        )
    document = openapi_document(OPERATIONS, version("birds"))
    add_pages(app, json.dumps(document).encode(), docs_page(document))
    app.on_response_prepare.extend((middlewares.mark_begun, middlewares.add_headers))
    app.on_shutdown.append(_stop_waiting)
    return app


async def _stop_waiting(app: web.Application) -> None:
    app[SERVICES].stopping.set()
