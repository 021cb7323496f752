"""The aiohttp application, put together."""

import json
from importlib.metadata import version

from aiohttp import web

from api.http import middlewares
from api.http.binding import SERVICES, bind
from api.http.docs import docs_page
from api.http.draining import OPEN_REQUESTS, OpenRequests
from api.http.handlers.pages import add_pages
from api.http.openapi import openapi_document
from api.http.receiving import hold_expectation
from api.http.routes import OPERATIONS
from api.services import Services


def build_app(services: Services) -> web.Application:
    """The application on services that are open already; it opens and closes nothing."""
    app = web.Application(
        middlewares=[middlewares.observe, middlewares.protect],
        client_max_size=services.settings.max_json_bytes,
    )
    app[SERVICES] = services
    app[OPEN_REQUESTS] = OpenRequests()
    for operation in OPERATIONS:
        app.router.add_route(
            operation.method,
            operation.path,
            bind(operation.handler, secured=operation.secured),
            expect_handler=hold_expectation if operation.raw_body else None,
        )
    document = openapi_document(OPERATIONS, version("birds"))
    add_pages(app, json.dumps(document).encode(), docs_page(document))
    app.on_response_prepare.extend((middlewares.mark_begun, middlewares.add_headers))
    app.on_shutdown.append(_stop_waiting)
    return app


async def _stop_waiting(app: web.Application) -> None:
    app[SERVICES].stopping.set()
