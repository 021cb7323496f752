"""Turns a handler into what aiohttp calls: its parameters say what is injected into it.

- `request`: the request itself
- `services`: what it works with
- `owner`: whose request it is
- `access`: what its key lets do
- a name that stands in braces in the path: that id
- `query`: a `Query` model, made of the parameters after the `?`
- `body`: a `Body` model, made of the JSON body
- `idempotency_key`: what the header of that name says, if it is there

Since the same signature is what the OpenAPI document is made from, the document can't be wrong about it.
"""

import asyncio
import inspect
import typing
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Annotated, Any
from uuid import UUID

from aiohttp import web
from pydantic import Field, TypeAdapter, ValidationError

from api.http.auth import Admission
from api.http.problems import InvalidRequest
from api.http.schemas.base import Body, Line, Query
from api.http.schemas.problem import FieldError
from api.services import Services
from shared.errors import BirdsError, Code
from shared.records import Scope

Handler = Callable[..., Awaitable[web.StreamResponse]]
Provider = Callable[[web.Request], Awaitable[Any]]

IDEMPOTENCY_HEADER = "Idempotency-Key"
IDEMPOTENCY_KEY: TypeAdapter[str | None] = TypeAdapter(
    Annotated[Line, Field(min_length=1, max_length=100)] | None
)
BODY_S = 30.0  # for a JSON body to come whole: the longest we take are 4 MB, all others a kilobyte
MAX_PLACE = 200  # characters of where an error is; the name of an unknown member can have millions
MAX_ERRORS = 100  # told of one request: a thousand files can be wrong in the same way
SERVICES = web.AppKey("services", Services)
ADMISSION = web.AppKey("admission", Admission)
RATE_LIMIT = web.RequestKey("rate limit", str)
"""How the key's requests stand, as a `RateLimit` header."""
_OF_THE_KEY = frozenset(("owner", "access"))


def parameter(handler: Handler, name: str) -> Any:
    """The type that the handler's parameter of that name is annotated with, or None."""
    return typing.get_type_hints(handler).get(name)


def is_private(handler: Handler) -> bool:
    """Whether the call is about what belongs to an owner."""
    return "owner" in inspect.signature(handler).parameters


def bind(handler: Handler, scope: Scope | None) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The handler as aiohttp wants it; with a `scope`, only for keys that have it."""
    names = list(inspect.signature(handler).parameters)
    private = is_private(handler)
    providers = {name: _provider(name, parameter(handler, name)) for name in names if name not in _OF_THE_KEY}

    async def handle(request: web.Request) -> web.StreamResponse:
        given: dict[str, Any] = {}
        if scope is not None:  # before anything is said about the rest of the request
            access = await request.app[ADMISSION].admit(request, scope, private=private)
            request[RATE_LIMIT] = await request.app[SERVICES].limits.request(access)
            given |= {"access": access, "owner": access.owner_id}
        for name, provide in providers.items():
            given[name] = await provide(request)
        return await handler(*(given[name] for name in names))

    return handle


def _provider(name: str, kind: Any) -> Provider:
    match name:
        case "request":
            return _request
        case "services":
            return _services
        case "query":
            return lambda request: _query(request, kind)
        case "idempotency_key":
            return _idempotency_key
        case "body":
            return lambda request: _body(request, kind)
        case _:
            return lambda request: _path_id(request, name)


async def _request(request: web.Request) -> web.Request:
    return request


async def _services(request: web.Request) -> Any:
    return request.app[SERVICES]


async def _path_id(request: web.Request, name: str) -> UUID:
    try:
        return UUID(request.match_info[name])
    except ValueError:  # no id of ours looks like this, so there is no such thing
        raise BirdsError(Code.NOT_FOUND, f"There is no such {name.removesuffix('_id')}.") from None


async def _idempotency_key(request: web.Request) -> str | None:
    with _explained("header"):
        return IDEMPOTENCY_KEY.validate_python(request.headers.get(IDEMPOTENCY_HEADER))


async def _query(request: web.Request, kind: type[Query]) -> Query:
    if len(request.query) != len(set(request.query)):
        raise BirdsError(Code.INVALID_REQUEST, "A parameter is given twice.")
    with _explained("query"):
        return kind.model_validate(dict(request.query))


async def _body(request: web.Request, kind: type[Body]) -> Body:
    try:
        async with asyncio.timeout(BODY_S):
            data = await request.read()
    except TimeoutError:
        raise BirdsError(Code.INVALID_REQUEST, f"The body took more than {BODY_S:g} s to come.") from None
    if data and request.content_type != "application/json":
        raise BirdsError(Code.UNSUPPORTED_MEDIA_TYPE, "Send the body with `Content-Type: application/json`.")
    with _explained("body"):
        return kind.model_validate_json(data or b"{}")


@contextmanager
def _explained(place: str) -> Iterator[None]:
    """Here alone a validation error is the client's fault: elsewhere it is about data of our own."""
    try:
        yield
    except ValidationError as error:
        raise InvalidRequest(
            [
                FieldError(where=".".join([place, *map(str, one["loc"])])[:MAX_PLACE], what=one["msg"])
                for one in islice(
                    error.errors(include_url=False, include_context=False, include_input=False), MAX_ERRORS
                )
            ]
        ) from None
