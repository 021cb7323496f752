"""What people look at in a browser, and the files that it needs."""

import asyncio
import json
from importlib.resources import files
from pathlib import Path

from aiohttp import web

from api.http.binding import SERVICES
from api.http.page_files import ASK, PageFiles
from shared.photo.meant import page_tables

STATIC = Path(__file__).parents[2] / "static"
PAGE = PageFiles(STATIC)
LITTER = Path(str(files("shared.photo"))) / "litter.json"
MEANT = json.dumps(page_tables())
OPENAPI = web.AppKey("openapi", bytes)
DOCS = web.AppKey("docs", str)

# Nothing is loaded from elsewhere, and no script or style stands in a page: injected ones do not run.
POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
    " connect-src 'self' {storage}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


async def openapi(request: web.Request) -> web.Response:
    return web.Response(body=request.app[OPENAPI], content_type="application/json")


async def docs(request: web.Request) -> web.Response:
    return web.Response(text=request.app[DOCS], content_type="text/html", headers=_headers())


async def home(request: web.Request) -> web.StreamResponse:
    settings = request.app[SERVICES].settings
    storage = settings.s3_public_endpoint or settings.s3_endpoint  # photos go straight there
    headers = {**_headers(storage), "Cache-Control": ASK}
    return web.Response(text=await asyncio.to_thread(PAGE.index), content_type="text/html", headers=headers)


async def page_file(request: web.Request) -> web.StreamResponse:
    found = PAGE.file(request.match_info["path"], request.match_info["version"])
    if found is None:
        raise web.HTTPNotFound
    path, kept = found
    return web.FileResponse(path, headers={"Cache-Control": kept})


async def litter(_: web.Request) -> web.StreamResponse:
    """What the page leaves out of folders: the list that all others leave out by."""
    return web.FileResponse(LITTER)


async def meant(_: web.Request) -> web.Response:
    """By what the page tells photos from other files in folders."""
    return web.Response(text=MEANT, content_type="application/json")


async def to_home(request: web.Request) -> web.StreamResponse:
    """What the page names is found from an address that ends in a slash only."""
    raise web.HTTPPermanentRedirect(f"{request.path}/")


def add_documents(app: web.Application, openapi_json: bytes, docs_html: str) -> None:
    """The two documents are made once."""
    app[OPENAPI] = openapi_json
    app[DOCS] = docs_html


def add_pages(app: web.Application, root: str) -> None:
    """The page and its files, below the path `root`."""
    app.router.add_get(f"{root}/", home)
    if root:
        app.router.add_get(root, to_home)
    app.router.add_get(f"{root}/static/litter.json", litter)
    app.router.add_get(f"{root}/static/meant.json", meant)
    app.router.add_get(f"{root}/static/{{version:[0-9a-f]{{16}}}}/{{path:.+}}", page_file)
    app.router.add_static(f"{root}/static", STATIC)


def _headers(storage: str = "") -> dict[str, str]:
    return {"Content-Security-Policy": POLICY.format(storage=storage), "Referrer-Policy": "no-referrer"}
