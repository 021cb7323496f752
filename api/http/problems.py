"""Errors as RFC 9457 problem documents; the one place that knows which HTTP status a code has."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from aiohttp import web

from api.http.schemas.problem import FieldError, Problem
from shared.errors import BirdsError, Code


class InvalidRequest(BirdsError):
    """A request that does not have the form it should have, with all that is wrong with it."""

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__(Code.INVALID_REQUEST, f"{errors[0].where}: {errors[0].what}.")
        self.errors = errors


MEDIA_TYPE = "application/problem+json"
BEARER = 'Bearer realm="birds"'

STATUS: Mapping[Code, HTTPStatus] = MappingProxyType(
    {
        Code.INVALID_REQUEST: HTTPStatus.BAD_REQUEST,
        Code.UNAUTHORIZED: HTTPStatus.UNAUTHORIZED,
        Code.MISSING_SCOPE: HTTPStatus.FORBIDDEN,
        Code.NOT_FOUND: HTTPStatus.NOT_FOUND,
        Code.MISSING_OBJECT: HTTPStatus.NOT_FOUND,
        Code.METHOD_NOT_ALLOWED: HTTPStatus.METHOD_NOT_ALLOWED,
        Code.BATCH_CLOSED: HTTPStatus.CONFLICT,
        Code.CANCELLED: HTTPStatus.CONFLICT,
        Code.PART_OF_BATCH: HTTPStatus.CONFLICT,
        Code.MODEL_NOT_ACTIVE: HTTPStatus.CONFLICT,
        Code.NOT_BETTER: HTTPStatus.CONFLICT,
        Code.ALREADY_ACTIVE: HTTPStatus.CONFLICT,
        Code.ANOTHERS_ACT: HTTPStatus.CONFLICT,
        Code.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        Code.ARCHIVE_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        Code.UNSUPPORTED_TYPE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        Code.UNSUPPORTED_MEDIA_TYPE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        Code.EMPTY_FILE: HTTPStatus.UNPROCESSABLE_ENTITY,
        Code.TOO_MANY_PIXELS: HTTPStatus.UNPROCESSABLE_ENTITY,
        Code.CORRUPT_IMAGE: HTTPStatus.UNPROCESSABLE_ENTITY,
        Code.TRUNCATED_IMAGE: HTTPStatus.UNPROCESSABLE_ENTITY,
        Code.CHECKSUM_MISMATCH: HTTPStatus.UNPROCESSABLE_ENTITY,
        Code.DECODE_TIMEOUT: HTTPStatus.UNPROCESSABLE_ENTITY,
        Code.WORKER_CRASHED: HTTPStatus.UNPROCESSABLE_ENTITY,
        Code.UNSAFE_ARCHIVE: HTTPStatus.UNPROCESSABLE_ENTITY,
        Code.CORRUPT_ARCHIVE: HTTPStatus.UNPROCESSABLE_ENTITY,
        Code.UNKNOWN_SPECIES: HTTPStatus.UNPROCESSABLE_ENTITY,
        Code.OUT_OF_BOUNDS: HTTPStatus.UNPROCESSABLE_ENTITY,
        Code.UNCLEAR_SITE: HTTPStatus.UNPROCESSABLE_ENTITY,
        Code.REFUSED_ADDRESS: HTTPStatus.UNPROCESSABLE_ENTITY,
        Code.BACKLOG_FULL: HTTPStatus.TOO_MANY_REQUESTS,
        Code.OVER_LIMIT: HTTPStatus.TOO_MANY_REQUESTS,
        Code.TOO_MANY_ATTEMPTS: HTTPStatus.TOO_MANY_REQUESTS,
        Code.NO_MODEL: HTTPStatus.SERVICE_UNAVAILABLE,
        Code.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
        Code.NO_SPACE: HTTPStatus.SERVICE_UNAVAILABLE,
        Code.INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
    }
)
_COME_BACK = frozenset((HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE))


def problem(
    code: Code,
    detail: str,
    *,
    retry_after_s: int,
    prefix: str = "",
    errors: list[FieldError] | None = None,
    headers: Mapping[str, str] | None = None,
    **extra: Any,
) -> web.Response:
    """The answer for an error; `retry_after_s` is sent where the same request may succeed later.

    `prefix`: the path below which a proxy shows `/docs`.
    """
    status = STATUS[code]
    document = Problem(
        type=f"{prefix}/docs#{code}",
        title=str(code).replace("-", " ").capitalize(),
        status=status,
        detail=detail,
        code=code,
        errors=errors,
        **extra,
    )
    response = web.Response(
        status=status,
        body=document.model_dump_json(exclude_none=True).encode(),
        content_type=MEDIA_TYPE,
        headers=headers,
    )
    if status in _COME_BACK:
        response.headers["Retry-After"] = str(retry_after_s)
    if code is Code.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = BEARER
    return response
