"""A candidate beside the model that serves, on the running system."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import pytest
from onnx import numpy_helper

from shared.ledger.database import open_pool
from shared.objects import open_object_store
from shared.records import Scope
from shared.vision.registry import publish
from tests.support.http import Http, signed_in
from tests.support.ledger import eventually
from tests.support.onnx_models import graph, onnx_bundle
from tests.support.pictures import photos
from tests.support.processes import System

SHADOW = "/v1/models/shadow"
LOADED_S = 120  # a second process imports OpenVINO, at low priority


@pytest.fixture
async def operator(live: System) -> AsyncIterator[Http]:
    async with signed_in(live.url, await live.key("operator", Scope.ADMIN, Scope.READ)) as http:
        yield http
        await http.call("DELETE", SHADOW)


async def published(live: System, folder: Path, **changes: Any) -> str:
    await asyncio.to_thread(onnx_bundle, folder, **changes)
    async with open_object_store(live.stack.settings) as objects:
        return str(await publish(objects, folder))


async def told(operator: Http, condition: Callable[[Any], bool]) -> Any:
    """How the candidate stands, once it stands so."""

    async def stands() -> Any:
        body = (await operator.call("GET", SHADOW)).body
        return body if condition(body) else None

    return await eventually(stands, LOADED_S)


async def answers(http: Http, batch: str) -> list[Any]:
    """By name, without what is of this batch alone."""
    await http.send(batch, photos(6))
    await http.close(batch)
    found = await http.finished(batch)
    kept = ("name", "state", "predictions", "bird_probability", "model", "final", "box")
    return sorted(({name: one[name] for name in kept} for one in found), key=lambda one: str(one["name"]))


async def counted(live: System, outcome: str) -> float:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{live.workers[0].url}/metrics") as response,
    ):
        name = f'birds_worker_shadow_photos_total{{outcome="{outcome}"}} '
        lines = (await response.text()).splitlines()
        return next((float(line.removeprefix(name)) for line in lines if line.startswith(name)), 0.0)


async def test_a_candidate_that_fails_is_given_up_loudly_and_the_worker_goes_on(
    live: System, operator: Http, alice: Http, tmp_path: Path
) -> None:
    model = graph()
    weights = next(one for one in model.graph.initializer if one.name == "weights")
    weights.CopyFrom(numpy_helper.from_array(np.full((3, 3), np.nan, np.float32), "weights"))
    reference = await published(live, tmp_path / "broken", model=model, name="broken", version="shadow")
    before = await counted(live, "failed")
    await operator.call("PUT", SHADOW, json={"reference": reference, "every": 1})
    await told(operator, lambda body: body["model"] == reference)
    first = await answers(alice, await alice.batch())
    found = await told(operator, lambda body: body["failure"] is not None)
    assert "no finite answer" in found["failure"]
    assert found["answered"] == 0
    assert await counted(live, "failed") == before + 1
    assert await answers(alice, await alice.batch()) == first
    assert {one["state"] for one in first} == {"done"}
    assert live.workers[0].process.poll() is None
    async with open_pool(live.stack.postgres_url, 1) as pool:
        assert await pool.fetchval("select count(*) from shadow_answers") == 0


async def test_a_candidate_answers_too_and_no_answer_is_another_for_it(
    live: System, operator: Http, alice: Http, tmp_path: Path
) -> None:
    """By a worker that has given up another one."""
    reference = await published(live, tmp_path / "colours", name="colours", version="shadow")
    alone = await answers(alice, await alice.batch())
    assert (await operator.call("GET", SHADOW)).code == "not-found"
    before = await counted(live, "answered")
    put = await operator.call("PUT", SHADOW, json={"reference": reference, "every": 1})
    assert (put.status, put.body["model"], put.body["verdict"]) == (200, None, "undecided")
    await told(operator, lambda body: body["model"] == reference)
    assert (await operator.call("GET", "/v1/models")).body["shadow"] == reference
    batch = await alice.batch()
    assert await answers(alice, batch) == alone
    await told(operator, lambda body: body["answered"] == 6)
    assert await counted(live, "answered") == before + 6

    label = {"species": "Mallard", "query": {}}
    assert (await alice.call("POST", f"/v1/batches/{batch}/labels", json=label)).status == 200
    found = await told(operator, lambda body: body["photos"] == 6)
    assert found["active"]["right"] == 0
    assert found["low"] < found["difference"] < found["high"]
    refused = await operator.call("POST", f"{SHADOW}/swap")
    assert (refused.status, refused.code) == (409, "not-better")
    assert (await operator.call("POST", "/v1/models/back")).code == "not-found"

    assert (await alice.call("DELETE", f"/v1/batches/{batch}")).status == 204
    await told(operator, lambda body: body["answered"] == 0)
    assert (await operator.call("DELETE", SHADOW)).status == 204
    assert (await operator.call("GET", "/v1/models")).body["shadow"] is None


async def test_a_candidate_is_another_model_that_there_is(operator: Http) -> None:
    active = (await operator.call("GET", "/v1/models")).body["active"]
    for body, code in (
        ({"reference": active}, "already-active"),
        ({"reference": "nothing@1"}, "no-model"),
        ({"reference": "folder:/tmp"}, "no-model"),
        ({"reference": "starter", "every": 0}, "invalid-request"),
    ):
        assert (await operator.call("PUT", SHADOW, json=body)).code == code
    assert (await operator.call("POST", f"{SHADOW}/swap")).code == "not-found"
