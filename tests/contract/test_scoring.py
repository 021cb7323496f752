"""How answers are told is set, answers are told anew, given again and compared, through HTTP."""

import pytest

from tests.support.http import Http
from tests.support.pictures import photos

DEFAULTS = {"temperature": None, "threshold": 0.5, "thresholds": {}, "range": {"reorder": False}}


async def test_answers_are_told_by_what_the_batch_was_given_and_anew_by_what_it_is_given_later(
    alice: Http,
) -> None:
    batch = await alice.batch(scoring={"threshold": 1.0})
    await alice.send(batch, photos(3))
    await alice.close(batch)
    before = await alice.finished(batch)
    shown = (await alice.call("GET", f"/v1/batches/{batch}")).body
    assert shown["scoring"] == DEFAULTS | {"threshold": 1.0}
    answer = await alice.call("POST", f"/v1/batches/{batch}/rescore", json={"temperature": 5.0})
    assert answer.body == {
        "batch_id": batch, "photos": 3, "changed": 3, "without_reading": 0,
        "scoring": DEFAULTS | {"threshold": 1.0, "temperature": 5.0},
    }  # fmt: skip
    after = await alice.finished(batch)
    assert [one["seq"] for one in after] == [4, 5, 6]
    for old, new in zip(before, after, strict=True):
        assert new["predictions"][0]["probability"] < old["predictions"][0]["probability"]
    again = await alice.call("POST", f"/v1/batches/{batch}/rescore", json={})
    assert (again.body["changed"], again.body["scoring"]["temperature"]) == (0, 5.0)
    back = await alice.call("POST", f"/v1/batches/{batch}/rescore", json={"temperature": None})
    assert back.body["scoring"] == DEFAULTS | {"threshold": 1.0}
    told = await alice.finished(batch)
    said = ("photo_id", "predictions", "bird_probability", "box", "final", "finished_at", "model")
    assert [[one[member] for member in said] for one in told] == [
        [one[member] for member in said] for one in before
    ]
    default = await alice.call("POST", f"/v1/batches/{batch}/rescore", json={"threshold": None})
    assert default.body["scoring"] == DEFAULTS


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"threshold": 1.5}, 400, "invalid-request"),
        ({"temperature": 1e-308}, 400, "invalid-request"),
        ({"thresholds": {"Mallard": 2}}, 400, "invalid-request"),
        ({"thresholds": {"Unicorn": 0.5}}, 422, "unknown-species"),
        ({"thresholds": {"x" * 5000: 0.5}}, 400, "invalid-request"),
    ],
)
async def test_settings_that_mean_nothing_are_refused(
    alice: Http, body: dict[str, object], status: int, code: str
) -> None:
    batch = await alice.batch()
    refused = await alice.call("POST", f"/v1/batches/{batch}/rescore", json=body)
    assert (refused.status, refused.code) == (status, code)
    refused = await alice.call("POST", "/v1/batches", json={"scoring": body})
    assert (refused.status, refused.code) == (status, code)
    taken = await alice.call("POST", "/v1/batches", json={"scoring": {"thresholds": {"mallard": 0.9}}})
    assert taken.body["scoring"]["thresholds"] == {"mallard": 0.9}


async def test_the_active_model_alone_answers_again(alice: Http) -> None:
    batch = await alice.batch()
    await alice.send(batch, photos(1))
    await alice.close(batch)
    await alice.finished(batch)
    again = await alice.call("POST", f"/v1/batches/{batch}/reanswer", json={"model": "birds525@1"})
    assert (again.status, again.body["counts"]["queued"], again.body["state"]) == (200, 0, "finished")
    other = await alice.call("POST", f"/v1/batches/{batch}/reanswer", json={"model": "starter"})
    assert (other.status, other.code) == (409, "model-not-active")


async def test_a_model_agrees_with_itself_and_with_people(alice: Http) -> None:
    batch = await alice.batch()
    photo = (await alice.send(batch, photos(2))).body["accepted"][0]["photo_id"]
    await alice.close(batch)
    results = await alice.finished(batch)
    said = next(one["final"] for one in results if one["photo_id"] == photo)
    word = said["name"] if said["rank"] == "not-a-bird" else results[0]["predictions"][0]["species"]
    await alice.call("PUT", f"/v1/photos/{photo}/label", json={"species": word})
    found = (await alice.call("GET", f"/v1/batches/{batch}/compare?a=birds525@1&b=birds525")).body
    assert (found["photos"], found["same"], found["agreement"], found["reviewed"]) == (2, 2, 1.0, 1)
    assert found["differing"] == []
    assert (found["a"]["model"], found["b"]["model"]) == ("birds525@1", "birds525")
    assert 0 < found["a"]["low"] < found["a"]["high"] == 1.0
    missing = await alice.call("GET", f"/v1/batches/{batch}/compare?a=birds525@1&b=nobody@1")
    assert (missing.status, missing.code) == (404, "not-found")


async def test_anothers_batch_is_nobodys_to_tell_anew(alice: Http, bob: Http) -> None:
    batch = await alice.batch()
    for call in ("rescore", "reanswer"):
        assert (await bob.call("POST", f"/v1/batches/{batch}/{call}", json={})).code == "not-found"
    compared = await bob.call("GET", f"/v1/batches/{batch}/compare?a=birds525@1&b=birds525@1")
    assert compared.code == "not-found"
