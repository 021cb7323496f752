"""What clients call their batches and photos, and say of them, is told back wherever these are told of."""

import hashlib
import json
from typing import Any

import aiohttp
import pytest

from tests.support.http import Http
from tests.support.pictures import a_photo, photos, zipped

SAID = {"client_id": "cam-3/2026-05", "metadata": {"site": "Höhe", "season": "2026"}}


def form(*parts: tuple[str, bytes | str]) -> aiohttp.FormData:
    """A name with a dot is that of a file."""
    made = aiohttp.FormData(quote_fields=False)
    for name, data in parts:
        if "." in name:
            made.add_field("photo", data, filename=name, content_type="application/octet-stream")
        else:
            made.add_field(name, data)
    return made


def words(document: dict[str, Any]) -> dict[str, Any]:
    return {name: document[name] for name in SAID}


async def test_a_batch_is_found_by_what_its_client_calls_it(alice: Http, bob: Http) -> None:
    made = [await alice.batch(**SAID) for _ in range(2)]
    bare, _ = await alice.batch(), await bob.batch(**SAID)
    found = await alice.call("GET", "/v1/batches", params={"client_id": SAID["client_id"]})
    assert [one["id"] for one in found.body["batches"]] == made[::-1], "it need not be unique"
    assert [words(one) for one in found.body["batches"]] == [SAID, SAID]
    assert words((await alice.call("GET", f"/v1/batches/{bare}")).body) == {"client_id": None, "metadata": {}}
    assert (await alice.call("GET", "/v1/batches?client_id=none")).body["batches"] == []


async def test_a_batch_is_changed_as_a_merge_patch_does(alice: Http) -> None:
    batch = await alice.batch(name="garden", **SAID)
    path = f"/v1/batches/{batch}"
    changed = await alice.call("PATCH", path, json={"metadata": {"season": None, "by": "Ann"}})
    assert (changed.status, changed.body["metadata"]) == (200, {"site": "Höhe", "by": "Ann"})
    assert (changed.body["name"], changed.body["client_id"]) == ("garden", SAID["client_id"])
    many = await alice.call("PATCH", path, json={"metadata": {str(number): "" for number in range(15)}})
    assert (many.status, many.code) == (422, "out-of-bounds")
    removed = await alice.call("PATCH", path, json={"metadata": None, "client_id": None, "name": "card"})
    assert (removed.body["name"], words(removed.body)) == ("card", {"client_id": None, "metadata": {}})
    assert (await alice.call("PATCH", path, json={})).body == removed.body


@pytest.mark.parametrize(
    "bad",
    [
        {"client_id": ""},
        {"client_id": "x" * 201},
        {"client_id": "a\nb"},
        {"metadata": {"k": 1}},
        {"metadata": {"": "v"}},
        {"metadata": {"k" * 65: "v"}},
        {"metadata": {"k": "v" * 513}},
        {"metadata": {"k": "\0"}},
        {"metadata": {str(number): "" for number in range(17)}},
    ],
)
async def test_what_is_too_much_is_refused(alice: Http, bad: dict[str, Any]) -> None:
    assert (await alice.call("POST", "/v1/batches", json=bad)).code == "invalid-request"
    file = {"name": "a.jpg", "size": 1, "sha256": "0" * 64, **bad}
    path = f"/v1/batches/{await alice.batch()}"
    assert (await alice.call("POST", f"{path}/uploads", json={"files": [file]})).code == "invalid-request"
    fields = [(name, said if isinstance(said, str) else json.dumps(said)) for name, said in bad.items()]
    body = form(*fields, ("a.jpg", a_photo(1)), ("b.jpg", a_photo(2)))
    answer = (await alice.call("POST", f"{path}/photos", data=body)).body
    assert [(one["name"], one["code"]) for one in answer["rejected"]] == [("a.jpg", "invalid-request")]
    assert [one["name"] for one in answer["accepted"]] == ["b.jpg"], "it is said of the next file alone"


async def test_photos_carry_it_whichever_way_they_come(alice: Http) -> None:
    batch = await alice.batch()
    path = f"/v1/batches/{batch}"
    fields = [(name, said if isinstance(said, str) else json.dumps(said)) for name, said in SAID.items()]
    archive = zipped(photos(1, 20))
    body = form(*fields, ("sent.jpg", a_photo(1)), ("bare.jpg", a_photo(2)), *fields, ("a.zip", archive))
    assert (await alice.call("POST", f"{path}/photos", data=body)).status == 202
    data = a_photo(3)
    file = {"name": "put.jpg", "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    [place] = (await alice.call("POST", f"{path}/uploads", json={"files": [file | SAID]})).body["files"]
    await alice.call("POST", f"{path}/uploads", json={"files": [file]})  # asked again, and nothing said
    assert await alice.put(place, data) == 200
    assert len((await alice.complete(batch, [place["photo_id"]])).body["accepted"]) == 1
    again = form(("client_id", "another"), ("sent.jpg", a_photo(1)))
    assert (await alice.call("POST", f"{path}/photos", data=again)).body["accepted"][0]["duplicate"]
    await alice.close(batch)
    results = {one["name"]: one for one in await alice.finished(batch)}
    bare = {"client_id": None, "metadata": {}}
    told = {"sent.jpg": SAID, "put.jpg": SAID, "a/photo-0020.jpg": SAID, "bare.jpg": bare}
    assert {name: words(one) for name, one in results.items()} == told
    one = await alice.call("GET", f"/v1/photos/{results['put.jpg']['photo_id']}")
    assert words(one.body) == SAID
    async with alice.session.ws_connect(f"{alice.url}{path}/events") as socket:
        live = [message.json() async for message in socket]
    assert {one["name"]: words(one) for one in live if one["type"] == "result"} == told
    lines = (await alice.call("GET", f"{path}/export?format=jsonl")).body.decode().splitlines()
    assert {line["name"]: words(line) for line in map(json.loads, lines)} == told


async def test_a_single_photo_carries_it_too(alice: Http) -> None:
    raw = await alice.call("POST", "/v1/classify?client_id=one&wait=0", data=a_photo(1))
    assert words(raw.body) == {"client_id": "one", "metadata": {}}
    fields = [(name, said if isinstance(said, str) else json.dumps(said)) for name, said in SAID.items()]
    sent = await alice.call("POST", "/v1/classify?wait=0", data=form(*fields, ("b.jpg", a_photo(2))))
    assert words(sent.body) == SAID
    bad = await alice.call("POST", "/v1/classify", data=form(("metadata", "[]"), ("b.jpg", a_photo(2))))
    assert (bad.status, bad.code) == (400, "invalid-request")
