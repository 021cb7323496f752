"""Presigned uploads: announced, put straight to object storage, completed."""

from tests.support.http import Http
from tests.support.pictures import a_photo, photos


async def test_bytes_go_straight_to_storage(alice: Http) -> None:
    batch = await alice.batch()
    places = await alice.announce(batch, photos(3))
    assert [place["state"] for place in places] == ["upload"] * 3
    for place, (_, data) in zip(places, photos(3), strict=True):
        assert await alice.put(place, data) == 200
    answer = await alice.complete(batch, [place["photo_id"] for place in places])
    assert answer.status == 202
    assert [one["photo_id"] for one in answer.body["accepted"]] == [place["photo_id"] for place in places]
    await alice.close(batch)
    assert [result["state"] for result in await alice.finished(batch)] == ["done"] * 3


async def test_known_bytes_need_no_upload_and_are_queued_at_once(alice: Http) -> None:
    first, second = await alice.batch(), await alice.batch()
    await alice.send(first, photos(1))
    places = await alice.announce(second, photos(2))
    assert [place["state"] for place in places] == ["stored", "upload"]
    assert (await alice.call("GET", f"/v1/batches/{second}")).body["counts"]["accepted"] == 1
    again = await alice.complete(second, [places[0]["photo_id"]])
    assert [one["duplicate"] for one in again.body["accepted"]] == [True]


async def test_asking_again_renews_the_url_of_the_same_photo(alice: Http) -> None:
    batch = await alice.batch()
    first, again = await alice.announce(batch, photos(1)), await alice.announce(batch, photos(1))
    assert first[0]["photo_id"] == again[0]["photo_id"]
    assert again[0]["expires_at"] >= first[0]["expires_at"]
    assert await alice.put(again[0], a_photo(0)) == 200


async def test_completing_an_unknown_photo_is_rejected(alice: Http) -> None:
    batch = await alice.batch()
    unknown = "01a20a9f-af88-7468-8181-44d2354c17f1"
    answer = await alice.complete(batch, [unknown])
    assert [one["code"] for one in answer.body["rejected"]] == ["not-found"]


async def test_announcing_nonsense_is_an_invalid_request(alice: Http) -> None:
    batch = await alice.batch()
    for file in (
        {"name": "a.jpg", "size": 1, "sha256": "xyz"},
        {"name": "a.jpg", "size": -1, "sha256": "0" * 64},
        {"name": "a.jpg", "sha256": "0" * 64},
    ):
        answer = await alice.call("POST", f"/v1/batches/{batch}/uploads", json={"files": [file]})
        assert answer.code == "invalid-request"


async def test_failed_photo_is_retried_after_its_bytes_are_put_right(alice: Http) -> None:
    batch = await alice.batch()
    data = a_photo(5)
    place = (await alice.announce(batch, [("a.jpg", data)]))[0]
    await alice.put(place, data[:-1] + b"\x00")
    await alice.complete(batch, [place["photo_id"]])
    await alice.close(batch)
    assert (await alice.finished(batch))[0]["error"]["code"] == "checksum-mismatch"
    second = await alice.batch()
    assert (await alice.send(second, [("a.jpg", data)])).body["accepted"]  # the same bytes, rightly this time
    assert (await alice.call("POST", f"/v1/batches/{batch}/retry")).status < 300
    (result,) = await alice.finished(batch)
    assert (result["seq"], result["state"]) == (2, "done")
