"""What a key may be used for: every call asks for the scope that its operation names."""

from uuid import uuid4

import pytest

from api.client import BirdsApiError, BirdsClient
from api.http.operations import Operation
from api.http.routes import OPERATIONS
from shared.records import Scope
from tests.support.http import Http, signed_in
from tests.support.pictures import photos
from tests.support.processes import System

SECURED = [one for one in OPERATIONS if one.path.startswith("/v1/")]
# What each scope is for, written out once more: a call that moves does so here, too.
CALLS = {
    Scope.UPLOAD: {
        "batches.create", "batches.close", "batches.retry", "batches.delete", "photos_in.upload",
        "uploads.announce", "uploads.complete", "refused.tell", "classify.classify", "photos.delete",
        "limits.read", "sites.put", "keys.share", "keys.shares", "keys.unshare",
        "scoring.rescore", "scoring.reanswer", "sightings.make", "batches.change", "batches.cancel",
        "webhooks.create", "webhooks.listing", "webhooks.read", "webhooks.change", "webhooks.delete",
        "webhooks.rotate", "webhooks.test", "webhooks.deliveries", "webhooks.replay",
    },
    Scope.READ: {
        "batches.listing", "batches.read", "refused.listing", "results.read", "events.watch",
        "exports.download", "exports.hand_over", "photos.read", "photos.image", "photos.thumbnail",
        "catalogue.species",
        "catalogue.models", "comparison.compare", "sites.read", "sites.clock", "ranges.accepted",
        "photos.listing", "labels.history", "taxa.search", "sightings.listing", "sightings.summary",
        "audits.read",
        "overview.summary", "check.queue", "overview.life", "overview.search",
    },
    Scope.REVIEW: {
        "photos.label", "ranges.accept", "ranges.forget", "labels.create", "labels.undo", "audits.draw",
    },
    Scope.ADMIN: {
        "keys.create", "keys.listing", "keys.revoke", "catalogue.promote",
        "shadow.read", "shadow.put", "shadow.end", "shadow.swap", "shadow.back",
    },
}  # fmt: skip


def test_every_call_names_the_scope_it_is_for() -> None:
    assert {scope: {one.id for one in OPERATIONS if one.scope is scope} for scope in Scope} == CALLS
    assert {one.id for one in OPERATIONS if one.scope is not None} == {one.id for one in SECURED}


def path_of(operation: Operation) -> str:
    return operation.path.format_map(
        {
            name: uuid4()
            for name in ("batch_id", "photo_id", "key_id", "accepted_id", "webhook_id", "delivery_id")
        }
    )


@pytest.mark.parametrize("scope", Scope)
async def test_a_key_without_the_scope_is_refused_and_with_it_is_not(live: System, scope: Scope) -> None:
    others = [one for one in Scope if one is not scope]
    with_it, without = await live.key("one scope", scope), await live.key("others", *others)
    async with signed_in(live.url, with_it) as good, signed_in(live.url, without) as bad:
        for operation in (one for one in SECURED if one.scope is scope):
            refused = await bad.call(operation.method, path_of(operation))
            assert (refused.status, refused.code) == (403, "missing-scope"), operation.id
            assert f"`{scope}`" in refused.body["detail"]
            assert (await good.call(operation.method, path_of(operation))).status != 403, operation.id


async def test_a_share_reads_one_batch_and_nothing_else(live: System, alice: Http) -> None:
    batch, other = await alice.batch(), await alice.batch()
    accepted = {}
    for where in (batch, other):
        [accepted[where]] = (await alice.send(where, photos(1))).body["accepted"]
    made = (await alice.call("POST", f"/v1/batches/{batch}/shares", json={"person": "Grandma"})).body
    async with signed_in(live.url, made["key"]) as guest:
        for path in ("", "/results", "/refused", "/export?format=csv"):
            assert (await guest.call("GET", f"/v1/batches/{batch}{path}")).status == 200
            assert (await guest.call("GET", f"/v1/batches/{other}{path}")).code == "not-found"
        for where, status in ((batch, 200), (other, 404)):
            photo = f"/v1/photos/{accepted[where]['photo_id']}"
            for path in ("", "/image", "/thumbnail"):
                assert (await guest.call("GET", photo + path)).status == status
        assert (await guest.call("GET", "/v1/batches/none")).status == 404
        assert (await guest.call("GET", "/v1/photos/none")).status == 404
        assert (await guest.call("GET", "/v1/species")).status == 200
        assert (await guest.call("GET", "/v1/batches")).code == "missing-scope"
        for method, path in (("DELETE", ""), ("POST", "/close"), ("POST", "/shares"), ("POST", "/photos")):
            assert (await guest.call(method, f"/v1/batches/{batch}{path}")).code == "missing-scope"
        listed = (await alice.call("GET", f"/v1/batches/{batch}/shares")).body["keys"]
        assert [(one["id"], one["person"], one["scopes"]) for one in listed] == [
            (made["id"], "Grandma", ["read"])
        ]
        assert listed[0]["used_at"]
        assert "key" not in listed[0]
        share = f"/v1/batches/{batch}/shares/{made['id']}"
        assert (await alice.call("DELETE", share.replace(batch, other))).status == 404
        assert (await alice.call("DELETE", share)).status == 204
        assert (await guest.call("GET", f"/v1/batches/{batch}")).code == "unauthorized"


async def test_nobody_shares_what_is_not_theirs(alice: Http, bob: Http) -> None:
    shares = f"/v1/batches/{await alice.batch()}/shares"
    assert (await bob.call("POST", shares, json={})).code == "not-found"
    assert (await bob.call("GET", shares)).code == "not-found"


async def test_an_operator_makes_and_ends_keys(live: System) -> None:
    async with signed_in(live.url, await live.key("operator", Scope.ADMIN)) as operator:
        order = {"owner": "carol", "person": "Carol", "scopes": ["read"], "expires_in_s": 3600}
        made = await operator.call("POST", "/v1/keys", json=order)
        assert made.status == 201
        async with signed_in(live.url, made.body["key"]) as carol:
            assert (await carol.call("GET", "/v1/batches")).status == 200
            assert (await operator.call("DELETE", f"/v1/keys/{made.body['id']}")).status == 204
            assert (await carol.call("GET", "/v1/batches")).code == "unauthorized"
        listed = (await operator.call("GET", "/v1/keys")).body["keys"]
        [found] = [one for one in listed if one["id"] == made.body["id"]]
        assert (found["owner"], found["person"], found["scopes"]) == ("carol", "Carol", ["read"])
        assert found["revoked_at"]
        assert found["expires_at"]
        assert (await operator.call("DELETE", f"/v1/keys/{uuid4()}")).code == "not-found"


async def test_an_operator_promotes_no_folder_and_no_model_that_is_not_there(live: System) -> None:
    async with signed_in(live.url, await live.key("operator", Scope.ADMIN, Scope.READ)) as operator:
        for reference, code in (
            ("folder:/tmp", "no-model"),
            ("nothing@1", "no-model"),
            ("!", "invalid-request"),
        ):
            refused = await operator.call("PUT", "/v1/models/active", json={"reference": reference})
            assert refused.code == code
        before = (await operator.call("GET", "/v1/models")).body["active"]
        again = await operator.call("PUT", "/v1/models/active", json={"reference": before})
        assert (again.status, again.body["active"]) == (200, before)


async def test_guesses_are_slowed_down_and_good_keys_are_not(live: System) -> None:
    attacker = {"X-Forwarded-For": "192.0.2.7"}
    known, new = await live.key("known"), await live.key("new")
    async with signed_in(live.url, known) as http:
        assert (await http.call("GET", "/v1/batches", headers=attacker)).status == 200
        answers = [
            await http.call(
                "GET", "/v1/batches", headers={**attacker, "Authorization": f"Bearer wrong-{number}"}
            )
            for number in range(60)
        ]
        codes = [answer.code for answer in answers]
        assert 20 <= codes.count("unauthorized") <= 25
        assert codes[-1] == "too-many-attempts"
        assert (answers[-1].status, answers[-1].headers["Retry-After"]) == (429, "1")
        assert (await http.call("GET", "/v1/batches", headers=attacker)).status == 200
        async with signed_in(live.url, new) as other:
            assert (await other.call("GET", "/v1/batches", headers=attacker)).code == "too-many-attempts"
            assert (await other.call("GET", "/v1/batches")).status == 200


async def test_the_client_signs_in_with_any_key_that_is_good_for_something(live: System) -> None:
    async with BirdsClient(live.url, await live.key("camera", Scope.UPLOAD)) as client:
        await client.check()
        batch = await client.create_batch()
        made = await client.share(batch["id"], person="Bob", expires_in_s=60)
        with pytest.raises(BirdsApiError, match="missing-scope"):
            await client.batch(batch["id"])
    async with BirdsClient(live.url, made["key"]) as client:
        await client.check()
        assert (await client.batch(batch["id"]))["id"] == batch["id"]
