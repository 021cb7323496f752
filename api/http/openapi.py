"""The OpenAPI 3.1 document, made from the table of operations and the schemas that they name."""

import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.http.binding import IDEMPOTENCY_HEADER, IDEMPOTENCY_KEY, parameter
from api.http.operations import FORM, JSON, Operation, RawBody, Response
from api.http.problems import MEDIA_TYPE, STATUS
from api.http.schemas.labels import LabelMessage
from api.http.schemas.problem import Problem
from api.http.schemas.results import FinishedMessage, ProgressMessage, ResultMessage
from api.http.schemas.webhook_messages import MESSAGES
from shared.errors import Code
from shared.ledger.webhooks import WebhookEvent

Json = dict[str, Any]
_Mode = Literal["validation", "serialization"]
_References = Mapping[Any, Json]  # by schema and by whether it is sent or received

_REF = "#/components/schemas/{model}"
_PATH_PARAMETER = re.compile(r"{(\w+)}")
_BYTES: Json = {"type": "string", "format": "binary"}
"""OpenAPI 3.1 could say nothing about bytes, but programs that generate clients look for this."""
FORM_FIELD = "photo"  # any name is taken; a client has to be given one
_TEXT = frozenset(("text/csv", "text/html", "text/plain", "application/x-ndjson"))
_WEBSOCKET_MESSAGES = (ResultMessage, LabelMessage, ProgressMessage, FinishedMessage)
_WEBHOOK_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


def openapi_document(operations: Sequence[Operation], version: str, prefix: str = "") -> Json:
    """`prefix`: the path below which a proxy shows the interface."""
    schemas, components = _schemas(operations)
    paths: dict[str, Json] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Birds",
            "version": version,
            "description": "Identifies the birds in many photos."
            " Errors are problem documents (RFC 9457) with a stable code.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        **({"servers": [{"url": prefix}]} if prefix else {}),  # by default, the root
        "paths": paths,
        "webhooks": {event: {"post": _told(event, schemas)} for event in MESSAGES},
        "components": {
            "schemas": components,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def codes_of(operation: Operation) -> list[Code]:
    """Every reason for which it may fail, those that follow from its parameters included."""
    codes = [*operation.codes, Code.INTERNAL]
    if operation.secured:
        codes += [
            Code.UNAUTHORIZED,
            Code.MISSING_SCOPE,
            Code.TOO_MANY_ATTEMPTS,
            Code.OVER_LIMIT,
            Code.UNAVAILABLE,
            Code.NO_SPACE,
        ]
    if _PATH_PARAMETER.search(operation.path):
        codes.append(Code.NOT_FOUND)
    if parameter(operation.handler, "query") or parameter(operation.handler, "body"):
        codes.append(Code.INVALID_REQUEST)
    if parameter(operation.handler, "body"):
        codes += [Code.TOO_LARGE, Code.UNSUPPORTED_MEDIA_TYPE]
    return sorted(set(codes), key=lambda code: (STATUS[code], code))


def _schemas(operations: Iterable[Operation]) -> tuple[_References, Json]:
    """A reference to each schema, and what the references lead to."""
    wanted: dict[tuple[type[BaseModel], _Mode], None] = {}
    sent: tuple[type[BaseModel], ...] = (Problem, *_WEBSOCKET_MESSAGES, *MESSAGES.values())
    for kind in sent:
        wanted[kind, "serialization"] = None
    for operation in operations:
        if body := parameter(operation.handler, "body"):
            wanted[body, "validation"] = None
        for response in operation.responses:
            if response.schema:
                wanted[response.schema, "serialization"] = None
    references, definitions = models_json_schema(list(wanted), ref_template=_REF)
    return references, definitions["$defs"]


def _operation(operation: Operation, schemas: _References) -> Json:
    described: Json = {
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [operation.id.partition(".")[0]],
        "parameters": [
            *_path_parameters(operation),
            *_query_parameters(operation),
            *_header_parameters(operation),
        ],
        "responses": _responses(operation, schemas),
    }
    if operation.details:
        described["description"] = operation.details
    if operation.secured:
        described["security"] = [{"key": [operation.scope]}]  # of bearers, the role that is needed
    if body := _request_body(operation, schemas):
        described["requestBody"] = body
    return described


def _told(event: WebhookEvent, schemas: _References) -> Json:
    """What is posted to webhooks that asked for the event."""
    headers = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
        for name in _WEBHOOK_HEADERS
    ]
    return {
        "summary": f"What a webhook is told: {event}",
        "parameters": headers,
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": schemas[MESSAGES[event], "serialization"]}},
        },
        "responses": {"2XX": {"description": "It arrived"}, "410": {"description": "Nothing more, please"}},
    }


def _path_parameters(operation: Operation) -> list[Json]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
        for name in _PATH_PARAMETER.findall(operation.path)
    ]


def _query_parameters(operation: Operation) -> list[Json]:
    query = parameter(operation.handler, "query")
    if query is None:
        return []
    whole = query.model_json_schema(ref_template=_REF)
    definitions = whole.get("$defs", {})
    parameters = []
    for name, schema in whole["properties"].items():
        plain = _without_null(schema)
        if reference := plain.pop("$ref", None):
            plain = {**definitions[reference.rpartition("/")[2]], **plain}
        described = {"name": name, "in": "query", "required": name in whole.get("required", ())}
        if description := plain.pop("description", None):
            described["description"] = description
        parameters.append({**described, "schema": plain})
    return parameters


def _header_parameters(operation: Operation) -> list[Json]:
    if parameter(operation.handler, "idempotency_key") is None:
        return []
    described = {
        "name": IDEMPOTENCY_HEADER,
        "in": "header",
        "required": False,
        "description": "Chosen at random by whoever may ask again: the second time gives what the first made",
    }
    return [{**described, "schema": _without_null(IDEMPOTENCY_KEY.json_schema())}]


def _without_null(schema: Json) -> Json:
    """A parameter is null by being absent; there is no way to write it."""
    plain = {key: value for key, value in schema.items() if key not in ("anyOf", "title")}
    if plain.get("default", ...) is None:
        del plain["default"]
    for choice in schema.get("anyOf", ()):
        if choice != {"type": "null"}:
            plain |= choice
    return plain


def _request_body(operation: Operation, schemas: _References) -> Json | None:
    if body := parameter(operation.handler, "body"):
        needed = any(field.is_required() for field in body.model_fields.values())
        return {"required": needed, "content": {JSON: {"schema": schemas[body, "validation"]}}}
    if operation.raw_body is None:
        return None
    content = {
        kind: {"schema": _uploaded(kind, operation.raw_body)} for kind in operation.raw_body.media_types
    }
    return {"required": True, "description": operation.raw_body.summary, "content": content}


def _uploaded(media_type: str, body: RawBody) -> Json:
    if media_type != FORM:
        return _BYTES
    if body.many:  # none is a number, too
        return {"type": "object", "properties": {FORM_FIELD: {"type": "array", "items": _BYTES}}}
    return {"type": "object", "properties": {FORM_FIELD: _BYTES}, "required": [FORM_FIELD]}


def _downloaded(media_type: str) -> Json:
    if media_type == JSON:
        return {"type": ["object", "array"]}
    return {"type": "string"} if media_type in _TEXT else _BYTES


def _responses(operation: Operation, schemas: _References) -> Json:
    responses = {str(response.status): _response(response, schemas) for response in operation.responses}
    problem = {MEDIA_TYPE: {"schema": schemas[Problem, "serialization"]}}
    by_status: dict[HTTPStatus, list[Code]] = {}
    for code in codes_of(operation):
        by_status.setdefault(STATUS[code], []).append(code)
    for status, codes in by_status.items():
        names = ", ".join(f"`{code}`" for code in codes)
        responses[str(status.value)] = {"description": f"{status.phrase}: {names}", "content": problem}
    return responses


def _response(response: Response, schemas: _References) -> Json:
    described: Json = {"description": response.summary}
    content = {kind: {"schema": _downloaded(kind)} for kind in response.media_types}
    if response.schema:
        content = {JSON: {"schema": schemas[response.schema, "serialization"]}} | content
    if content:
        described["content"] = content
    if response.headers:
        described["headers"] = {
            name: {"description": summary, "schema": {"type": "string"}} for name, summary in response.headers
        }
    return described
