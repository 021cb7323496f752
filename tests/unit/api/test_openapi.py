"""The OpenAPI document says what is so."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from api.http.docs import docs_page
from api.http.openapi import codes_of, openapi_document
from api.http.operations import Operation
from api.http.problems import STATUS, problem
from api.http.routes import OPERATIONS
from api.http.schemas.exports import ExportFormat
from shared.errors import Code

DOCUMENT = openapi_document(OPERATIONS, "1")

# The table of calls in the contract.
CALLS = [
    "POST /v1/batches",
    "GET /v1/batches",
    "GET /v1/batches/{batch_id}",
    "POST /v1/batches/{batch_id}/photos",
    "POST /v1/batches/{batch_id}/uploads",
    "POST /v1/batches/{batch_id}/uploads/complete",
    "POST /v1/batches/{batch_id}/close",
    "GET /v1/batches/{batch_id}/refused",
    "POST /v1/batches/{batch_id}/refused",
    "GET /v1/batches/{batch_id}/results",
    "GET /v1/batches/{batch_id}/events",
    "GET /v1/batches/{batch_id}/export",
    "GET /v1/batches/{batch_id}/handover",
    "GET /v1/batches/{batch_id}/compare",
    "POST /v1/batches/{batch_id}/reanswer",
    "POST /v1/batches/{batch_id}/rescore",
    "POST /v1/batches/{batch_id}/retry",
    "POST /v1/batches/{batch_id}/cancel",
    "PATCH /v1/batches/{batch_id}",
    "DELETE /v1/batches/{batch_id}",
    "POST /v1/classify",
    "GET /v1/photos/{photo_id}",
    "GET /v1/photos/{photo_id}/image",
    "GET /v1/photos/{photo_id}/thumbnail",
    "DELETE /v1/photos/{photo_id}",
    "PUT /v1/photos/{photo_id}/label",
    "GET /v1/photos/{photo_id}/labels",
    "GET /v1/batches/{batch_id}/photos",
    "POST /v1/batches/{batch_id}/labels",
    "POST /v1/batches/{batch_id}/labels/undo",
    "GET /v1/taxa",
    "GET /v1/batches/{batch_id}/summary",
    "GET /v1/batches/{batch_id}/check",
    "GET /v1/life",
    "GET /v1/search",
    "GET /v1/species",
    "GET /v1/models",
    "GET /v1/limits",
    "GET /v1/batches/{batch_id}/sites",
    "PUT /v1/batches/{batch_id}/sites",
    "GET /v1/batches/{batch_id}/clock",
    "GET /v1/range/accepted",
    "POST /v1/range/accepted",
    "DELETE /v1/range/accepted/{accepted_id}",
    "GET /v1/batches/{batch_id}/sightings",
    "GET /v1/batches/{batch_id}/sightings/names",
    "POST /v1/batches/{batch_id}/sightings",
    "POST /v1/batches/{batch_id}/audit",
    "GET /v1/batches/{batch_id}/audit",
    "POST /v1/batches/{batch_id}/shares",
    "GET /v1/batches/{batch_id}/shares",
    "DELETE /v1/batches/{batch_id}/shares/{key_id}",
    "POST /v1/keys",
    "GET /v1/keys",
    "DELETE /v1/keys/{key_id}",
    "PUT /v1/models/active",
    "GET /v1/models/shadow",
    "PUT /v1/models/shadow",
    "DELETE /v1/models/shadow",
    "POST /v1/models/shadow/swap",
    "POST /v1/models/back",
    "POST /v1/webhooks",
    "GET /v1/webhooks",
    "GET /v1/webhooks/{webhook_id}",
    "PATCH /v1/webhooks/{webhook_id}",
    "DELETE /v1/webhooks/{webhook_id}",
    "POST /v1/webhooks/{webhook_id}/secret",
    "POST /v1/webhooks/{webhook_id}/test",
    "GET /v1/webhooks/{webhook_id}/deliveries",
    "POST /v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    "GET /openapi.json",
    "GET /docs",
]


def strings(value: Any, key: str) -> Iterator[str]:
    """All values under `key`, however deep."""
    if isinstance(value, dict):
        if isinstance(value.get(key), str):
            yield value[key]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from strings(item, key)


def described(method: str, path: str) -> dict[str, Any]:
    call: dict[str, Any] = DOCUMENT["paths"][path][method]
    return call


def test_every_call_of_the_contract_is_there() -> None:
    assert sorted(f"{one.method} {one.path}" for one in OPERATIONS) == sorted(CALLS)


def test_every_reference_leads_somewhere() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    for reference in strings(DOCUMENT, "$ref"):
        assert reference.removeprefix("#/components/schemas/") in schemas


def test_operation_ids_are_unique() -> None:
    ids = list(strings(DOCUMENT["paths"], "operationId"))
    assert len(ids) == len(set(ids)) == len(OPERATIONS)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.id)
def test_every_path_parameter_is_described_and_every_key_needed(operation: Operation) -> None:
    call = described(operation.method.lower(), operation.path)
    in_path = [one["name"] for one in call["parameters"] if one["in"] == "path"]
    assert in_path == re.findall(r"{(\w+)}", operation.path)
    assert ("security" in call) == operation.path.startswith("/v1/")
    assert ("401" in call["responses"]) == operation.path.startswith("/v1/")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.id)
def test_every_reason_to_fail_is_described_as_a_problem(operation: Operation) -> None:
    responses = described(operation.method.lower(), operation.path)["responses"]
    for code in codes_of(operation):
        response = responses[str(STATUS[code].value)]
        assert list(response["content"]) == ["application/problem+json"]
        assert f"`{code}`" in response["description"]


def test_parameters_have_their_limits() -> None:
    call = described("get", "/v1/batches/{batch_id}/results")
    schemas = {one["name"]: one["schema"] for one in call["parameters"]}
    assert schemas["limit"] == {"type": "integer", "minimum": 1, "maximum": 1000, "default": 1000}
    assert (schemas["wait"]["minimum"], schemas["wait"]["maximum"]) == (0, 60)
    assert described("get", "/v1/batches")["parameters"][0]["schema"] == {"type": "string", "format": "uuid"}
    export = described("get", "/v1/batches/{batch_id}/export")["parameters"][1]["schema"]
    assert export["enum"] == [*ExportFormat]
    top_k = DOCUMENT["components"]["schemas"]["NewBatch"]["properties"]["top_k"]["anyOf"][0]
    assert top_k == {"type": "integer", "minimum": 1, "maximum": 20}


def test_the_page_to_read_names_every_call_and_every_code() -> None:
    page = docs_page(DOCUMENT)
    for call in CALLS:
        assert call in page
    for code in Code:
        assert f'id="{code}"' in page
    anchors = set(re.findall(r' id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= anchors
    assert not re.search(r"<script|https?://|style=", page)


def test_every_code_has_a_status() -> None:
    assert set(STATUS) == set(Code)


@pytest.mark.parametrize("code", Code)
def test_a_problem_has_what_rfc_9457_asks_for(code: Code) -> None:
    response = problem(code, "because", retry_after_s=7)
    assert isinstance(response.body, bytes)
    document = json.loads(response.body)
    assert list(document) == ["type", "title", "status", "detail", "code"]
    assert (document["code"], document["status"], document["type"]) == (
        code,
        response.status,
        f"/docs#{code}",
    )
    assert response.content_type == "application/problem+json"
    assert ("Retry-After" in response.headers) == (response.status in {429, 503})
    assert ("WWW-Authenticate" in response.headers) == (response.status == 401)


def test_forms_have_their_files_and_whatever_is_no_json_its_kind() -> None:
    """What programs that generate clients look for."""
    for operation in OPERATIONS:
        call = described(operation.method.lower(), operation.path)
        contents = {**call.get("requestBody", {}).get("content", {})}
        for answer in call["responses"].values():
            contents |= answer.get("content", {})
        for media_type, content in contents.items():
            if media_type == "multipart/form-data":
                photo = content["schema"]["properties"]["photo"]
                assert photo.get("items", photo) == {"type": "string", "format": "binary"}
            elif media_type.startswith("image/") or media_type.endswith(("octet-stream", "parquet")):
                assert content["schema"] == {"type": "string", "format": "binary"}
            else:
                assert content["schema"], (operation.id, media_type)
    several = described("post", "/v1/batches/{batch_id}/photos")["requestBody"]["content"]
    assert several["multipart/form-data"]["schema"]["properties"]["photo"]["type"] == "array"
