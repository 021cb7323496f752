"""Every file that is given has a row somewhere that lasts: refused and unsent ones too."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from api.client import BirdsClient, LocalFile
from tests.support.http import Http
from tests.support.pictures import a_photo, photos, truncated, zipped
from tests.support.processes import System

DOCUMENTED = ("name", "code", "detail", "refused_at")


async def refused(alice: Http, batch: str) -> dict[str, str]:
    """Codes by name, and that the batch counts as many."""
    page = (await alice.call("GET", f"/v1/batches/{batch}/refused")).body
    assert page["next_cursor"] is None
    assert all(tuple(one) == DOCUMENTED and one["detail"] for one in page["refused"])
    counted = (await alice.call("GET", f"/v1/batches/{batch}")).body
    left_out = [one for one in page["refused"] if one["code"] == "left-out"]
    assert (counted["refused"], counted["left_out"]) == (len(page["refused"]) - len(left_out), len(left_out))
    found = {one["name"].removeprefix("trip.zip/"): one["code"] for one in page["refused"]}
    assert len(found) == len(page["refused"])
    return found


async def tell(alice: Http, batch: str, *files: tuple[str, str, str]) -> Any:
    told = [{"name": name, "code": code, "detail": detail} for name, code, detail in files]
    return await alice.call("POST", f"/v1/batches/{batch}/refused", json={"files": told})


async def exported(alice: Http, batch: str) -> list[dict[str, str]]:
    text = (await alice.call("GET", f"/v1/batches/{batch}/export?format=csv")).body.decode()
    return list(csv.DictReader(io.StringIO(text)))


async def test_every_file_that_was_given_has_a_row_in_every_export(alice: Http) -> None:
    batch = await alice.batch()
    entries = [("trip/a.jpg", a_photo(8)), ("trip/empty.jpg", b""), ("../out.jpg", a_photo(9))]
    archive = zipped([*entries, ("trip/.thumbnails/a.jpg", a_photo(7)), ("trip/._a.jpg", b"Mac")])
    files = [*photos(2), ("notes.txt", b"no pixels"), ("trip.zip", archive), ("half.jpg", truncated())]
    await alice.send(batch, files)
    await tell(
        alice, batch, ("card/@eaDir/t.jpg", "left-out", "A thumbnail."), ("dead.jpg", "unreadable", "EIO.")
    )
    stated = [{"name": "huge.jpg", "size": 2**40, "sha256": "0" * 64}]
    await alice.call("POST", f"/v1/batches/{batch}/uploads", json={"files": stated})
    await alice.close(batch)
    results = await alice.finished(batch)
    reasons = await refused(alice, batch)
    assert (
        reasons.items()
        >= {
            "notes.txt": "unsupported-type",
            "trip/empty.jpg": "empty-file",
            "card/@eaDir/t.jpg": "left-out",
            "dead.jpg": "unreadable",
            "huge.jpg": "too-large",
            "trip/._a.jpg": "left-out",
            "trip/.thumbnails/a.jpg": "left-out",
        }.items()
    )
    given = {result["name"].removeprefix("trip.zip/") for result in results} | reasons.keys()
    assert len(given) == len(results) + len(reasons) == 12  # an archive is what is in it
    rows = await exported(alice, batch)
    names = [row["name"].removeprefix("trip.zip/") for row in rows]
    assert sorted(names) == sorted(given)
    told = dict(zip(names, rows, strict=True))
    unsent = {name: row for name, row in told.items() if row["state"] in {"refused", "left-out"}}
    assert {name: row["error"] for name, row in unsent.items()} == reasons
    assert all((row["state"] == "left-out") == (row["error"] == "left-out") for row in unsent.values())
    assert all(not row["seq"] and not row["photo_id"] for row in unsent.values())
    lines = (await alice.call("GET", f"/v1/batches/{batch}/export?format=jsonl")).body.splitlines()
    assert [json.loads(line)["name"] for line in lines] == [row["name"] for row in rows]
    data = (await alice.call("GET", f"/v1/batches/{batch}/export?format=parquet")).body
    assert pyarrow.parquet.read_table(io.BytesIO(data))["name"].to_pylist() == [row["name"] for row in rows]


async def test_a_file_that_is_refused_again_is_refused_once(alice: Http) -> None:
    batch = await alice.batch()
    for _ in range(2):
        await alice.send(batch, [("empty.jpg", b""), ("notes.txt", b"no pixels")])
    await tell(alice, batch, ("notes.txt", "left-out", "Nobody needs it."))
    assert await refused(alice, batch) == {"empty.jpg": "empty-file", "notes.txt": "left-out"}


async def test_a_photo_that_comes_under_its_name_takes_a_refusal_away(alice: Http) -> None:
    """By each way in: through us, to storage, and where the bytes are here already."""
    batch = await alice.batch()
    files = photos(3)
    await alice.send(await alice.batch(), files[:1])
    await tell(alice, batch, *((name, "unreadable", "EIO.") for name, _ in files), ("x", "left-out", "."))
    places = await alice.announce(batch, files[:2])
    assert [place["state"] for place in places] == ["stored", "upload"]
    assert len(await refused(alice, batch)) == 3  # what is only announced may never come
    await alice.put(places[1], files[1][1])
    await alice.complete(batch, [places[1]["photo_id"]])
    await alice.send(batch, files[2:])
    assert await refused(alice, batch) == {"x": "left-out"}


async def test_an_upload_that_was_announced_and_never_came_is_told(alice: Http) -> None:
    batch = await alice.batch()
    await alice.announce(batch, photos(3))
    await alice.send(batch, photos(1))  # the other way
    await tell(alice, batch, (photos(2)[1][0], "unreadable", "The card was pulled."))
    await alice.close(batch)
    assert await refused(alice, batch) == {"photo-0001.jpg": "unreadable", "photo-0002.jpg": "missing-object"}


async def test_the_list_is_read_in_pages_in_the_order_of_time(alice: Http) -> None:
    batch = await alice.batch()
    names = [f"{n}.txt" for n in range(5)]
    for name in names:
        await tell(alice, batch, (name, "left-out", "Told."))
    found, path = [], f"/v1/batches/{batch}/refused?limit=2"
    cursor: str | None = ""
    while cursor is not None:
        page = (await alice.call("GET", path + (cursor and f"&cursor={cursor}"))).body
        found.append([one["name"] for one in page["refused"]])
        cursor = page["next_cursor"]
    assert found == [names[:2], names[2:4], names[4:]]


async def test_a_closed_batch_is_told_too(alice: Http) -> None:
    batch = await alice.batch()
    await alice.close(batch)
    assert (await tell(alice, batch, ("a.jpg", "unreadable", "EIO."))).status == 200
    assert await refused(alice, batch) == {"a.jpg": "unreadable"}


async def test_what_a_client_tells_is_made_tidy(alice: Http) -> None:
    batch = await alice.batch()
    told = await tell(alice, batch, ("../a\nb\x00.jpg", "left-out", "Two\nlines."), ("x" * 9000, "odd", "."))
    assert told.body["left_out"] == 1
    assert set(await refused(alice, batch)) == {"ab.jpg", "x" * 512}


@pytest.mark.parametrize("code", ["", "Left Out", "left_out", "-", "x" * 51])
async def test_a_code_that_is_none_is_an_invalid_request(alice: Http, code: str) -> None:
    assert (await tell(alice, await alice.batch(), ("a.jpg", code, "Told."))).code == "invalid-request"


async def test_nobody_else_reads_or_adds(alice: Http, bob: Http) -> None:
    batch = await alice.batch()
    assert (await bob.call("GET", f"/v1/batches/{batch}/refused")).code == "not-found"
    assert (await tell(bob, batch, ("a.jpg", "left-out", "Told."))).code == "not-found"


async def test_one_odd_name_harms_no_other_announced_file(alice: Http) -> None:
    batch = await alice.batch()
    data = a_photo(3)
    names = ["line\nbreak.jpg", "x" * 2000 + ".jpg", "nul\0.jpg", "good.jpg"]
    places = await alice.announce(batch, [(name, data) for name in names])
    assert [place["name"] for place in places] == ["linebreak.jpg", "x" * 508 + ".jpg", "nul.jpg", "good.jpg"]


async def test_the_client_library_reads_the_list(live: System) -> None:
    async with BirdsClient(live.url, await live.key("a client of refused files")) as client:
        batch = (await client.create_batch())["id"]
        outcomes = await client.upload(batch, [LocalFile.found(Path(__file__), "notes.txt")])
        assert outcomes[0].reason is not None
        [told] = [file async for file in client.refused(batch)]
        reason = {"code": told["code"], "detail": told["detail"]}
        assert (told["name"], reason) == (outcomes[0].name, outcomes[0].reason)
