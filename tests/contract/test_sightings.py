"""Sightings: a batch by what was seen."""

import csv
import io
from typing import Any

from tests.support.http import Http
from tests.support.ledger import eventually
from tests.unit.photo.metadata import tags
from tests.unit.photo.pictures import encoded, upright


def taken_at(minute: int, second: int, width: int) -> bytes:
    """Pictures of different widths are alike, and not of the same bytes."""
    exif = tags(taken=f"2024:05:04 12:{minute:02}:{second:02}").tobytes()
    return encoded(upright(width), exif=exif)


async def a_trip(http: Http) -> str:
    batch = await http.batch()
    first = taken_at(0, 0, 96)
    files = [("a/1.jpg", first), ("a/2.jpg", taken_at(0, 9, 97)), ("a/3.jpg", taken_at(30, 0, 98))]
    await http.send(batch, [*files, ("best/1.jpg", first)])
    await http.close(batch)
    await http.finished(batch)
    return batch


async def made(http: Http, batch: str) -> dict[str, Any]:
    """The first page, as soon as they are made."""

    async def page() -> dict[str, Any] | None:
        found = (await http.call("GET", f"/v1/batches/{batch}/sightings")).body
        return found if found["standing"]["up_to_date"] else None

    found: dict[str, Any] = await eventually(page)
    return found


def frames(page: dict[str, Any]) -> list[list[str]]:
    return [[frame["name"] for frame in one["frames"]] for one in page["sightings"]]


async def test_a_finished_batch_is_told_by_its_sightings(alice: Http) -> None:
    batch = await a_trip(alice)
    page = await made(alice, batch)
    assert page["standing"] == {"total": 2, "gap_s": 60, "up_to_date": True}
    assert page["next_cursor"] is None
    assert frames(page) == [["a/1.jpg", "best/1.jpg", "a/2.jpg"], ["a/3.jpg"]]
    first, second = page["sightings"]
    assert (first["local"], first["photos"], first["reviewed"]) == ("2024-05-04T12:00:00", 3, 0)
    assert first["final"]["by"] == "model"
    assert [frame["repeats"] == first["frames"][0]["photo_id"] for frame in first["frames"]][:2] == [
        False,
        True,
    ]
    assert first["best_photo_id"] in {frame["photo_id"] for frame in first["frames"]}
    assert (await alice.call("GET", f"/v1/batches/{batch}")).body["sightings"] == 2
    results = (await alice.call("GET", f"/v1/batches/{batch}/results")).body["results"]
    by_name = {one["name"]: one["sighting_id"] for one in results}
    assert by_name["a/1.jpg"] == by_name["best/1.jpg"] == by_name["a/2.jpg"] == first["sighting_id"]
    export = (await alice.call("GET", f"/v1/batches/{batch}/export")).body.decode()
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(export))}
    assert rows["a/3.jpg"]["sighting_id"] == second["sighting_id"]
    summary = (await alice.call("GET", f"/v1/batches/{batch}/sightings/names")).body
    assert sum(one["sightings"] for one in summary["names"]) == 2
    assert sum(one["photos"] for one in summary["names"]) == 4


async def test_sightings_are_made_anew_by_another_gap_and_come_in_pages(alice: Http) -> None:
    batch = await a_trip(alice)
    path = f"/v1/batches/{batch}/sightings"
    asked = await alice.call("POST", path, json={"gap_s": 5})
    assert (asked.status, asked.body["gap_s"], asked.body["up_to_date"]) == (202, 5, False)
    assert frames(await made(alice, batch)) == [["a/1.jpg", "best/1.jpg"], ["a/2.jpg"], ["a/3.jpg"]]
    page = (await alice.call("GET", f"{path}?limit=2")).body
    rest = (await alice.call("GET", f"{path}?limit=2&cursor={page['next_cursor']}")).body
    assert [len(page["sightings"]), len(rest["sightings"]), rest["next_cursor"]] == [2, 1, None]
    await alice.call("POST", path, json={})
    assert (await made(alice, batch))["standing"]["gap_s"] == 5
    await alice.call("POST", path, json={"gap_s": None})
    assert (await made(alice, batch))["standing"] == {"total": 2, "gap_s": 60, "up_to_date": True}
    for wrong in ({"gap_s": 0}, {"gap_s": 1e9}, {"gap": 5}):
        assert (await alice.call("POST", path, json=wrong)).code == "invalid-request"


async def test_an_open_batch_has_its_sightings_made_when_asked(alice: Http, bob: Http) -> None:
    batch = await alice.batch()
    await alice.send(batch, [("1.jpg", taken_at(0, 0, 96))])
    path = f"/v1/batches/{batch}/sightings"
    before = (await alice.call("GET", path)).body
    assert before["sightings"] == []
    assert before["standing"] == {"total": None, "gap_s": 60, "up_to_date": True}
    await eventually(lambda: _answered(alice, batch))
    await alice.call("POST", path, json={})
    assert frames(await made(alice, batch)) == [["1.jpg"]]
    for method, where in (("GET", path), ("POST", path), ("GET", f"{path}/names")):
        body = {"json": {}} if method == "POST" else {}
        assert (await bob.call(method, where, **body)).status == 404


async def _answered(http: Http, batch: str) -> bool:
    return (await http.call("GET", f"/v1/batches/{batch}")).body["counts"]["done"] == 1


async def test_an_audit_is_drawn_and_read_and_says_nothing_of_nothing(alice: Http, bob: Http) -> None:
    batch = await a_trip(alice)
    path = f"/v1/batches/{batch}/audit"
    assert (await alice.call("GET", path)).code == "not-found"
    drawn = await alice.call("POST", path, json={"threshold": 1, "checks": 10, "seed": 3})
    assert drawn.status == 200
    audit = (await alice.call("GET", path)).body
    assert audit == drawn.body
    assert (audit["seed"], audit["precision"]["photos"], audit["sample"]) == (3, 0, [])
    assert audit["left"]["photos"] == 4
    for wrong in ({"threshold": 2}, {"margin": 0}, {"checks": 0}, {"target": 1}):
        assert (await alice.call("POST", path, json=wrong)).code == "invalid-request"
    assert (await bob.call("POST", path, json={})).status == 404
    assert (await bob.call("GET", path)).status == 404
