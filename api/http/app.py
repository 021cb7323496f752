"""The aiohttp application, put together."""

import json
from importlib.metadata import version

from aiohttp import web

from api.http import middlewares
from api.http.auth import Admission
from api.http.binding import ADMISSION, SERVICES, bind
from api.http.docs import docs_page
from api.http.draining import OPEN_REQUESTS, OpenRequests
from api.http.handlers.pages import add_documents, add_pages
from api.http.key_standing import KEY_STANDING, KeyStanding
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
    app[ADMISSION] = Admission(
        services.pool, services.settings.trusted_proxies, services.settings.wrong_keys_per_address
    )
    app[OPEN_REQUESTS] = OpenRequests()
    app[KEY_STANDING] = KeyStanding()
    prefix = services.settings.path_prefix
    document = openapi_document(OPERATIONS, version("birds"), prefix)
    add_documents(app, json.dumps(document).encode(), docs_page(document))
    for root in dict.fromkeys(("", prefix)):  # some proxies take the prefix away, some do not
        _add_operations(app, root)
        add_pages(app, root)
    app.on_response_prepare.extend((middlewares.mark_begun, middlewares.add_headers))
    app.on_shutdown.append(_stop_waiting)
    return app


def _add_operations(app: web.Application, root: str) -> None:
    for operation in OPERATIONS:
        app.router.add_route(
            operation.method,
            root + operation.path,
            bind(operation.handler, operation.scope),
            expect_handler=hold_expectation if operation.raw_body else None,
        )


async def _stop_waiting(app: web.Application) -> None:
    app[SERVICES].stopping.set()
