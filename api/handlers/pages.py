"""What people look at in a browser, and the files that it needs."""

from pathlib import Path

from aiohttp import web

STATIC = Path(__file__).parent.parent / "static"
OPENAPI = web.AppKey("openapi", bytes)
DOCS = web.AppKey("docs", str)

# Nothing is loaded from elsewhere, and no script or style stands in a page: injected ones do not run.
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


async def openapi(request: web.Request) -> web.Response:
    return web.Response(body=request.app[OPENAPI], content_type="application/json")


async def docs(request: web.Request) -> web.Response:
    return web.Response(text=request.app[DOCS], content_type="text/html", headers=PAGE_HEADERS)


async def home(_: web.Request) -> web.StreamResponse:
    return web.FileResponse(STATIC / "index.html", headers=PAGE_HEADERS)


def add_pages(app: web.Application, openapi_json: bytes, docs_html: str) -> None:
    """The page and its files; the two documents are made once."""
    app[OPENAPI] = openapi_json
    app[DOCS] = docs_html
    app.router.add_get("/", home)
    app.router.add_static("/static", STATIC)
