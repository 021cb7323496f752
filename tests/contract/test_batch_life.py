"""A batch from its opening to its deletion, through HTTP."""

from datetime import UTC, datetime, timedelta

from tests.support.http import Http
from tests.support.pictures import a_photo, photos


async def test_photos_become_results_in_seq_order(alice: Http) -> None:
    batch = await alice.batch(name="garden", top_k=3)
    answer = await alice.send(batch, photos(20))
    assert answer.status == 202
    assert [photo["name"] for photo in answer.body["accepted"]] == [name for name, _ in photos(20)]
    assert answer.body["rejected"] == []
    await alice.close(batch)
    results = await alice.finished(batch)
    assert [result["seq"] for result in results] == list(range(1, 21))
    assert {result["photo_id"] for result in results} == {p["photo_id"] for p in answer.body["accepted"]}
    for result in results:
        assert result["state"] == "done"
        assert result["error"] is None
        assert result["model"] == "birds525@1"
        assert (result["width"], result["height"]) == (96, 72)
        assert len(result["predictions"]) == 3
        assert 0 <= result["bird_probability"] <= 1
        chances = [prediction["probability"] for prediction in result["predictions"]]
        assert chances == sorted(chances, reverse=True)
        assert set(result["predictions"][0]) == {"species", "scientific_name", "probability"}


async def test_batch_document_follows_the_contract(alice: Http) -> None:
    batch = await alice.batch(name="garden")
    shown = (await alice.call("GET", f"/v1/batches/{batch}")).body
    assert {
        "id",
        "name",
        "state",
        "counts",
        "last_seq",
        "model",
        "created_at",
        "closed_at",
        "finished_at",
    } <= set(shown)
    assert shown["counts"] == {"accepted": 0, "queued": 0, "done": 0, "failed": 0}
    assert shown["state"] == "open"
    assert shown["created_at"].endswith("Z")
    await alice.close(batch)
    assert (await alice.call("GET", f"/v1/batches/{batch}")).body["state"] == "finished"


async def test_sending_again_gives_the_same_photo(alice: Http) -> None:
    batch = await alice.batch()
    first = (await alice.send(batch, photos(3))).body["accepted"]
    again = (await alice.send(batch, photos(4))).body["accepted"]
    assert [photo["duplicate"] for photo in again] == [True, True, True, False]
    assert [photo["photo_id"] for photo in again[:3]] == [photo["photo_id"] for photo in first]
    assert (await alice.call("GET", f"/v1/batches/{batch}")).body["counts"]["accepted"] == 4


async def test_batches_are_listed_newest_first_in_pages(alice: Http) -> None:
    made = [await alice.batch(name=str(number)) for number in range(5)]
    seen: list[str] = []
    cursor = None
    while len(seen) < 5:
        query = "?limit=2" + (f"&cursor={cursor}" if cursor else "")
        page = (await alice.call("GET", f"/v1/batches{query}")).body
        seen += [batch["id"] for batch in page["batches"]]
        cursor = page["next_cursor"]
    assert seen == made[::-1]
    assert cursor is None


async def test_deleted_batch_is_gone_with_its_bytes(alice: Http) -> None:
    batch = await alice.batch()
    photo = (await alice.send(batch, photos(1))).body["accepted"][0]["photo_id"]
    assert (await alice.call("GET", f"/v1/photos/{photo}/image")).body == a_photo(0)
    assert (await alice.call("DELETE", f"/v1/batches/{batch}")).status == 204
    for path in (f"/v1/batches/{batch}", f"/v1/photos/{photo}", f"/v1/photos/{photo}/image"):
        assert (await alice.call("GET", path)).code == "not-found"


async def test_bytes_shown_by_another_batch_survive_a_deletion(alice: Http) -> None:
    first, second = await alice.batch(), await alice.batch()
    await alice.send(first, photos(1))
    kept = (await alice.send(second, photos(1))).body["accepted"][0]["photo_id"]
    await alice.call("DELETE", f"/v1/batches/{first}")
    assert (await alice.call("GET", f"/v1/photos/{kept}/image")).body == a_photo(0)


async def test_nobody_sees_anothers_data(alice: Http, bob: Http) -> None:
    batch = await alice.batch()
    photo = (await alice.send(batch, photos(1))).body["accepted"][0]["photo_id"]
    attempts = [
        ("GET", f"/v1/batches/{batch}", {}),
        ("POST", f"/v1/batches/{batch}/close", {}),
        ("POST", f"/v1/batches/{batch}/retry", {}),
        ("POST", f"/v1/batches/{batch}/cancel", {}),
        ("PATCH", f"/v1/batches/{batch}", {"json": {"name": "his"}}),
        ("GET", f"/v1/batches/{batch}/results", {}),
        ("GET", f"/v1/batches/{batch}/export?format=csv", {}),
        ("GET", f"/v1/batches/{batch}/events", {}),
        ("POST", f"/v1/batches/{batch}/uploads/complete", {"json": {"photo_ids": [photo]}}),
        ("DELETE", f"/v1/batches/{batch}", {}),
        ("GET", f"/v1/photos/{photo}", {}),
        ("GET", f"/v1/photos/{photo}/image", {}),
        ("GET", f"/v1/photos/{photo}/thumbnail", {}),
        ("PUT", f"/v1/photos/{photo}/label", {"json": {"species": "Ostrich"}}),
    ]
    for method, path, options in attempts:
        answer = await bob.call(method, path, **options)
        assert (answer.status, answer.code) == (404, "not-found"), (method, path)
    assert (await bob.send(batch, photos(1))).code == "not-found"
    assert (await bob.call("GET", "/v1/batches")).body["batches"] == []


async def test_same_bytes_of_two_owners_are_kept_apart(alice: Http, bob: Http) -> None:
    hers, his = await alice.batch(), await bob.batch()
    await alice.send(hers, photos(1))
    place = (await bob.announce(his, photos(1)))[0]
    assert place["state"] == "upload"  # that alice has these bytes is not for bob to know


async def test_a_batch_that_is_asked_for_again_under_its_key_is_the_same(alice: Http, bob: Http) -> None:
    """As a client does whose answer was lost."""
    headers = {"Idempotency-Key": "once"}
    made = [
        (await http.call("POST", "/v1/batches", json={}, headers=headers)).body["id"]
        for http in (alice, alice, bob)
    ]
    assert made[0] == made[1] != made[2]
    assert len((await alice.call("GET", "/v1/batches")).body["batches"]) == 1
    refused = await alice.call("POST", "/v1/batches", json={}, headers={"Idempotency-Key": "x" * 101})
    assert (refused.status, refused.code) == (400, "invalid-request")


async def test_a_cancelled_batch_ends_and_says_so(alice: Http) -> None:
    batch = await alice.batch()
    await alice.announce(batch, photos(1, 90))
    await alice.send(batch, photos(30))
    cancelled = [await alice.call("POST", f"/v1/batches/{batch}/cancel") for _ in range(2)]
    assert [answer.status for answer in cancelled] == [200, 200]
    assert cancelled[0].body == cancelled[1].body
    shown = cancelled[0].body
    assert (shown["state"], shown["cancelling"], shown["refused"]) == ("finished", False, 1)
    assert shown["cancelled_at"] == shown["finished_at"]
    results = await alice.finished(batch)
    assert [result["seq"] for result in results] == list(range(1, 31))
    codes = [result["error"]["code"] for result in results if result["error"]]
    assert codes == ["cancelled"] * shown["counts"]["failed"]
    late = await alice.send(batch, photos(1))
    assert (late.status, late.code) == (409, "batch-closed")
    assert "cancelled" in late.body["detail"]
    async with alice.session.ws_connect(f"{alice.url}/v1/batches/{batch}/events?after=30") as socket:
        assert [message.json()["type"] async for message in socket][-1] == "finished"
    await alice.call("POST", f"/v1/batches/{batch}/retry")
    assert {result["state"] for result in await alice.finished(batch) if result["seq"] > 30} <= {"done"}
    again = (await alice.call("GET", f"/v1/batches/{batch}")).body
    assert (again["cancelled_at"], again["counts"]["done"]) == (None, 30)


async def test_when_a_batch_expires_is_told_changed_and_removed(alice: Http) -> None:
    batch = await alice.batch(expires_in_s=3600)
    path = f"/v1/batches/{batch}"
    shown = (await alice.call("GET", path)).body
    lifetime = datetime.fromisoformat(shown["expires_at"]) - datetime.fromisoformat(shown["created_at"])
    assert 3590 < lifetime.total_seconds() < 3610
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    changed = await alice.call("PATCH", path, json={"expires_at": later.isoformat()})
    assert changed.status == 200, changed
    assert datetime.fromisoformat(changed.body["expires_at"]) == later
    assert (await alice.call("PATCH", path, json={"name": "x"})).body["expires_at"] is not None
    assert (await alice.call("PATCH", path, json={"expires_at": None})).body["expires_at"] is None
    for bad in (
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_in_s": 60, "expires_at": later.isoformat()},
    ):
        assert (await alice.call("PATCH", path, json=bad)).code == "out-of-bounds"
        assert (await alice.call("POST", "/v1/batches", json=bad)).code == "out-of-bounds"
    for bad in ({"expires_in_s": 59}, {"expires_at": "2099-01-01T00:00:00"}):
        assert (await alice.call("PATCH", path, json=bad)).code == "invalid-request"
