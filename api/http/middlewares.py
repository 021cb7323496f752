"""What happens around every handler: errors become problems, responses are counted, logged and protected."""

import errno
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from math import ceil

import structlog
from aiohttp import web

from api import metrics
from api.duties.quotas import OverLimit
from api.http.binding import RATE_LIMIT, SERVICES
from api.http.draining import OPEN_REQUESTS
from api.http.problems import STATUS, InvalidRequest, problem
from shared.errors import Away, BirdsError, Code, ComeBack, DiskFull

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_TRACEPARENT = re.compile(r"^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$")
_QUIET_ROUTES = frozenset(("/healthz", "/readyz", "/metrics"))  # probed every few seconds
FULL = (errno.ENOSPC, errno.EDQUOT)
_PROTECTIVE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
CLIENT_IS_GONE = 499  # as nginx has it; only logs and metrics see it
_PLAIN = "identity"
_BEGUN = web.RequestKey("begun", bool)


async def mark_begun(request: web.Request, _: web.StreamResponse) -> None:
    """Signal `on_response_prepare`: from now on it is too late for another answer."""
    request[_BEGUN] = True


@web.middleware
async def observe(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Counts and logs the request, under a trace id; never its query, which may hold what is private."""
    began = time.perf_counter()
    trace_id = _trace_id(request)
    structlog.contextvars.bind_contextvars(trace_id=trace_id)
    status = 0  # where it is cancelled
    try:
        with request.app[OPEN_REQUESTS].one_more():
            response = await handler(request)
        status = response.status
        return response
    finally:
        seconds = time.perf_counter() - began
        route = _route(request)
        metrics.REQUESTS.labels(request.method if route else "any", route or "unknown", status).observe(
            seconds
        )
        log = structlog.get_logger()
        tell = log.debug if route in _QUIET_ROUTES else log.info
        tell("request", method=request.method, path=request.path, status=status, ms=round(1000 * seconds, 1))


@web.middleware
async def protect(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns what goes wrong into problem documents."""
    try:
        _check_headers(request)
        return await handler(request)
    except web.HTTPException as error:
        return _http_error(request, error)
    except Exception as error:
        if isinstance(error, ConnectionError) and _client_is_gone(request):
            return web.Response(status=CLIENT_IS_GONE)
        return _answer(request, _explained(error))


def _check_headers(request: web.Request) -> None:
    """What reads them further on may take them for text. Raises `invalid-request`."""
    for name, value in request.headers.items():
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise BirdsError(Code.INVALID_REQUEST, f"The header {name} is not UTF-8.")
    try:
        request.content_type  # noqa: B018 - parsed once, and kept
    except UnicodeError:  # a parameter in a character set of which Python's decoder is not made for strangers
        raise BirdsError(Code.INVALID_REQUEST, "The Content-Type can't be read.") from None
    if request.headers.get("Content-Encoding", _PLAIN).lower() != _PLAIN:
        raise BirdsError(Code.UNSUPPORTED_MEDIA_TYPE, "Send the body as it is, without `Content-Encoding`.")


def _explained(error: Exception) -> BirdsError:
    if isinstance(error, Away):
        structlog.get_logger().warning("request not served", error=error.detail)
    if isinstance(error, BirdsError):
        return error
    if isinstance(error, OSError) and error.errno in FULL:  # a temporary file of ours
        structlog.get_logger().warning("request not served", error=repr(error))
        return DiskFull("no space left for temporary files")
    structlog.get_logger().exception("request failed")
    return BirdsError(Code.INTERNAL, "Something went wrong here; the log says what.")


def _answer(
    request: web.Request, error: BirdsError, headers: dict[str, str] | None = None
) -> web.StreamResponse:
    if request.get(_BEGUN):
        # An answer is on its way already; only a broken connection tells the client that it is not whole.
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=STATUS[error.code])  # for the log alone
    settings = request.app[SERVICES].settings
    return problem(
        error.code,
        error.detail,
        retry_after_s=ceil(error.retry_after_s) if isinstance(error, ComeBack) else settings.retry_after_s,
        prefix=settings.path_prefix,
        errors=error.errors if isinstance(error, InvalidRequest) else None,
        headers=error.headers if isinstance(error, OverLimit) else headers,
    )


def _http_error(request: web.Request, error: web.HTTPException) -> web.StreamResponse:
    """What aiohttp raises by itself."""
    match error:
        case web.HTTPNotFound() | web.HTTPForbidden():  # a folder of static files is forbidden to list
            return _answer(request, BirdsError(Code.NOT_FOUND, "There is nothing at this address."))
        case web.HTTPMethodNotAllowed():
            allowed = ", ".join(sorted(error.allowed_methods))
            refusal = BirdsError(Code.METHOD_NOT_ALLOWED, f"This address takes {allowed}.")
            return _answer(request, refusal, headers={"Allow": allowed})
        case web.HTTPPermanentRedirect():  # of our own making
            return web.Response(status=error.status, headers={"Location": error.headers["Location"]})
        case web.HTTPRequestEntityTooLarge():
            return _answer(request, BirdsError(Code.TOO_LARGE, "The body is too large."))
        case _:
            return _answer(request, BirdsError(Code.INVALID_REQUEST, f"{error.reason}."))


def _route(request: web.Request) -> str | None:
    """Its pattern, the same below the prefix of a proxy; None where nothing is."""
    resource = request.match_info.route.resource
    return resource.canonical.removeprefix(request.app[SERVICES].settings.path_prefix) if resource else None


def _client_is_gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


def _trace_id(request: web.Request) -> str:
    """The caller's, where it sends one (W3C Trace Context)."""
    found = _TRACEPARENT.match(request.headers.get("traceparent", ""))
    return found[1] if found else secrets.token_hex(16)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Signal `on_response_prepare`: no answer is taken for something else than it says it is, shown in
    another's frame, or kept by anybody between us and the client."""
    if request.app[SERVICES].stopping.is_set():
        response.force_close()  # the next request goes to another process, or to our successor
    for name, value in _PROTECTIVE.items():
        response.headers.setdefault(name, value)
    if not isinstance(response, web.FileResponse):  # a script's own policy would be its worker's
        response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    if RATE_LIMIT in request:
        response.headers.setdefault("RateLimit-Policy", request.app[SERVICES].limits.requests.policy())
        response.headers.setdefault("RateLimit", request[RATE_LIMIT])
    # The page's files are asked for again each time, and sent when they have changed.
    cached = "no-cache" if isinstance(response, web.FileResponse) else "no-store"
    response.headers.setdefault("Cache-Control", cached)
