"""Webhooks by HTTP and by command: made, changed, tested, replayed, ended; and nobody else's."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.support.command import Birds
from tests.support.http import Http, signed_in
from tests.support.ledger import eventually
from tests.support.pictures import photos
from tests.support.processes import System
from tests.support.receiver import receiving

EVENTS = ["batch.finished", "batch.reviewed", "model.promoted"]


async def test_a_batch_is_told_of_from_its_first_photo_to_the_last_word(alice: Http) -> None:
    async with receiving() as receiver:
        order = {"url": receiver.url, "events": EVENTS[:2], "description": "Mine"}
        made = await alice.call("POST", "/v1/webhooks", json=order)
        assert made.status == 201, made
        secret = made.body.pop("secret")
        assert made.body | order == made.body
        assert (made.body["enabled"], made.body["gone_at"]) == (True, None)
        path = f"/v1/webhooks/{made.body['id']}"
        assert (await alice.call("GET", path)).body == made.body
        assert (await alice.call("GET", "/v1/webhooks")).body == {"webhooks": [made.body]}
        batch = await alice.batch(name="Garden")
        await alice.send(batch, photos(2))
        await alice.close(batch)
        finished = (await receiver.next()).verified(secret)
        assert (finished["type"], finished["data"]["name"]) == ("batch.finished", "Garden")
        assert finished["data"]["counts"] == {"accepted": 2, "queued": 0, "done": 2, "failed": 0}
        stands = (await alice.call("GET", f"/v1/batches/{batch}")).body
        assert finished["data"]["batch_id"] == batch
        assert finished["data"]["finished_at"] == stands["finished_at"]
        word = {"species": "Mallard", "query": {}}
        labelled = await alice.call("POST", f"/v1/batches/{batch}/labels", json=word)
        assert (labelled.status, labelled.body["labelled"]) == (200, 2)
        reviewed = (await receiver.next()).verified(secret)
        assert (reviewed["type"], reviewed["data"]["batch_id"]) == ("batch.reviewed", batch)

        async def arrived() -> list[dict[str, Any]]:
            page = (await alice.call("GET", f"{path}/deliveries?state=delivered")).body
            return list(page["deliveries"]) if len(page["deliveries"]) == 2 else []

        newest, oldest = await eventually(arrived)
        assert (json.loads(newest["body"]), json.loads(oldest["body"])) == (reviewed, finished)
        first = (await alice.call("GET", f"{path}/deliveries?limit=1")).body
        assert [one["id"] for one in first["deliveries"]] == [newest["id"]]
        rest = (await alice.call("GET", f"{path}/deliveries?cursor={first['next_cursor']}")).body
        assert ([one["id"] for one in rest["deliveries"]], rest["next_cursor"]) == ([oldest["id"]], None)
        again = await alice.call("POST", f"{path}/deliveries/{oldest['id']}/replay")
        assert (again.status, again.body["id"]) == (202, oldest["id"])
        assert (await receiver.next()).id == oldest["id"]


async def test_a_webhook_is_nobody_elses(alice: Http, bob: Http) -> None:
    made = (await alice.call("POST", "/v1/webhooks", json={"url": "https://example.org/"})).body
    assert made["events"] == EVENTS
    path = f"/v1/webhooks/{made['id']}"
    assert (await bob.call("GET", "/v1/webhooks")).body == {"webhooks": []}
    for method, rest in (
        ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/secret"), ("POST", "/test"),
        ("GET", "/deliveries"), ("POST", f"/deliveries/{uuid4()}/replay"),
    ):  # fmt: skip
        assert (await bob.call(method, path + rest)).code == "not-found", (method, rest)
    changed = await alice.call("PATCH", path, json={"enabled": False, "events": ["model.promoted"]})
    assert (changed.body["enabled"], changed.body["events"]) == (False, ["model.promoted"])
    assert changed.body["url"] == "https://example.org/"
    assert (await alice.call("DELETE", path)).status == 204
    assert (await alice.call("GET", path)).code == "not-found"


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"url": "http://10.0.0.1/"}, "refused-address"),
        ({"url": "http://[::1]/"}, "refused-address"),
        ({"url": "https://me:secret@example.org/"}, "refused-address"),
        ({"url": "ftp://example.org/"}, "invalid-request"),
        ({"url": "https://example.org/", "events": []}, "invalid-request"),
        ({"url": "https://example.org/", "events": ["photo.done"]}, "invalid-request"),
        ({"url": "https://example.org/", "secret": "whsec_"}, "invalid-request"),
        ({}, "invalid-request"),
    ],
)
async def test_an_order_that_makes_no_sense_is_refused(alice: Http, order: dict[str, Any], code: str) -> None:
    assert (await alice.call("POST", "/v1/webhooks", json=order)).code == code
    if "url" in order and code == "refused-address":
        made = (await alice.call("POST", "/v1/webhooks", json={"url": "https://example.org/"})).body
        assert (await alice.call("PATCH", f"/v1/webhooks/{made['id']}", json=order)).code == code


async def test_an_owner_has_so_many_and_no_more(live: System) -> None:
    async with signed_in(live.url, await live.key("many webhooks")) as http:
        for status in [201] * 20 + [429]:
            answer = await http.call("POST", "/v1/webhooks", json={"url": "https://example.org/"})
            assert answer.status == status
        assert answer.code == "over-limit"


async def test_the_command_does_all_of_it(birds: Birds) -> None:
    async with receiving() as receiver:
        made = await birds("webhooks", "create", receiver.url, "--event", "batch.finished")
        assert made.status == 0, made
        secret = made.out.strip()
        [id] = [word for word in made.err.split() if word.count("-") == 4]
        tested = await birds("webhooks", "test", id[:30])
        assert (tested.status, "it arrived" in tested.err) == (0, True), tested
        assert (await receiver.next()).verified(secret)["type"] == "webhook.test"
        rotated = await birds("webhooks", "rotate", id, "--keep-hours", "1")
        receiver.answers = [500]
        tested = await birds("webhooks", "test", id)
        assert (tested.status, "It answered 500." in tested.err) == (1, True), tested
        came = await receiver.next()
        assert came.verified(secret) == came.verified(rotated.out.strip())
        listed = await birds("webhooks", "deliveries", id, "--limit", "1")
        assert came.id in listed.out
        assert "It answered 500." in listed.out
        assert (await birds("webhooks", "replay", id, came.id[:20])).status == 0
        assert (await receiver.next()).id == came.id
        assert "sent again: 0" in (await birds("webhooks", "replay", id, "--failed")).err
        assert (await birds("webhooks", "change", id, "--off", "--event", "model.promoted")).status == 0
        shown = (await birds("webhooks", "list")).out
        assert id in shown
        assert "model.promoted off" in " ".join(shown.split())
        assert (await birds("webhooks", "delete", id)).status == 0
        assert id not in (await birds("webhooks", "list")).out
        missing = await birds("webhooks", "test", id)
        assert (missing.status, "there is no webhook" in missing.err) == (2, True)
