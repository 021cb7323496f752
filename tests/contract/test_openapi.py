"""The interface keeps what its OpenAPI document promises, whatever is sent to it."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.support.http import Http
from tests.support.processes import System

# Bytes that fit the schema of an upload are rarely a photo: 415 and 422 are right answers to them. A part of
# a form is bytes whatever it was made of, so none of another type can arrive to be rejected. Nothing tells a
# generator which models are there.
CONFIGURATION = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "415", "422", "429", "503"]

[[operations]]
include-name = "POST /v1/batches/{batch_id}/photos"
checks.negative_data_rejection.expected-statuses = ["202", "4xx", "503"]
"""


async def test_document_describes_every_route(alice: Http) -> None:
    document = (await alice.call("GET", "/openapi.json")).body
    assert document["openapi"].startswith("3.1")
    expected = {
        "/v1/batches", "/v1/batches/{id}", "/v1/batches/{id}/photos", "/v1/batches/{id}/uploads",
        "/v1/batches/{id}/uploads/complete", "/v1/batches/{id}/close", "/v1/batches/{id}/results",
        "/v1/batches/{id}/events", "/v1/batches/{id}/export", "/v1/batches/{id}/retry", "/v1/classify",
        "/v1/photos/{id}", "/v1/photos/{id}/image", "/v1/photos/{id}/thumbnail", "/v1/photos/{id}/label",
        "/v1/species", "/v1/models",
    }  # fmt: skip
    assert expected <= {re.sub(r"{\w+}", "{id}", path) for path in document["paths"]}


async def test_docs_page_names_every_call(alice: Http) -> None:
    page = (await alice.call("GET", "/docs")).body.decode()
    for path in (await alice.call("GET", "/openapi.json")).body["paths"]:
        assert path in page


async def test_schemathesis_finds_no_broken_promise(live: System, tmp_path: Path) -> None:
    """Generated requests, as its own command: two thousand, the same ones every time, with all its checks.

    Left out: the websocket, which is no HTTP exchange. Its key is no admin's, which would promote models and
    revoke the keys of other tests; it sees that it may not.
    """
    key = await live.key("schemathesis")
    # It asks for the longest waits that the document allows, and tries a wrong key with each call.
    api = await live.add_api(BIRDS_LONG_POLL_S="1", BIRDS_WRONG_KEYS_PER_ADDRESS="10000")
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION)
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{api.url}/openapi.json"]
    command += ["--header", f"Authorization: Bearer {key}", "--max-examples", "3", "--seed", "1"]
    command += ["--phases", "examples,coverage,fuzzing,stateful", "--checks", "all"]
    command += ["--request-timeout", "20", "--max-response-time", "20"]
    command += ["--exclude-path-regex", "/events$", "--suppress-health-check", "all", "--no-color"]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    found = await asyncio.to_thread(
        subprocess.run, command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    live.apis.remove(api)
    await api.stop()
    assert found.returncode == 0, found.stdout[-6000:] + found.stderr[-2000:]
