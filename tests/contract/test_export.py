"""Exports: CSV to the letter, JSON lines, Parquet."""

import csv
import io
import json
import zipfile

import pyarrow.parquet

from tests.support.http import Http
from tests.support.pictures import photos, truncated

COLUMNS = (
    "seq,photo_id,name,state,species,scientific_name,probability,bird_probability,corrected_species,taken_at,"
    "latitude,longitude,width,height,model,error,finished_at,species_2,probability_2,species_3,probability_3,"
    "taken_local,taken_offset_minutes,taken_from,companions,final_name,final_scientific_name,final_rank,final_by,"
    "final_probability,effective_latitude,effective_longitude,place_from,site,country,zone,effective_local,"
    "effective_offset_minutes,effective_utc,offset_from,in_range,range_source,reviewed,label_by,label_at,label_note,"
    "label_count,sighting_id,box_x,box_y,box_width,box_height,client_id,metadata"
)


async def a_finished_batch(alice: Http) -> tuple[str, list[dict[str, object]]]:
    batch = await alice.batch(top_k=3)
    files = [("=cmd|' /C calc'!A0.jpg", photos(1)[0][1]), *photos(3, start=1), ("half.jpg", truncated())]
    await alice.send(batch, files)
    await alice.close(batch)
    return batch, await alice.finished(batch)


async def test_csv_has_the_columns_of_the_contract(alice: Http) -> None:
    batch, results = await a_finished_batch(alice)
    answer = await alice.call("GET", f"/v1/batches/{batch}/export?format=csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    text = answer.body.decode()
    assert text.splitlines()[0] == COLUMNS
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["seq"]) for row in rows] == [result["seq"] for result in results]
    by_name = {row["name"]: row for row in rows}
    assert "'=cmd|' /C calc'!A0.jpg" in by_name  # quoted: no spreadsheet runs it
    assert by_name["half.jpg"]["error"] == "truncated-image"
    assert by_name["half.jpg"]["species"] == ""
    best = next(result for result in results if result["name"] == "photo-0001.jpg")["predictions"]
    row = by_name["photo-0001.jpg"]
    assert row["species"] == best[0]["species"]
    assert float(row["probability"]) == best[0]["probability"]
    assert row["species_3"] == best[2]["species"]


async def test_jsonl_is_the_feed(alice: Http) -> None:
    batch, results = await a_finished_batch(alice)
    body = (await alice.call("GET", f"/v1/batches/{batch}/export?format=jsonl")).body
    lines = [json.loads(line) for line in body.splitlines()]
    assert [{key: line[key] for key in results[0]} for line in lines] == results


async def test_parquet_holds_the_same_rows(alice: Http) -> None:
    batch, results = await a_finished_batch(alice)
    body = (await alice.call("GET", f"/v1/batches/{batch}/export?format=parquet")).body
    table = pyarrow.parquet.read_table(io.BytesIO(body))
    assert table.column_names == COLUMNS.split(",")
    assert table["seq"].to_pylist() == [result["seq"] for result in results]
    assert table["probability"].null_count == 1  # the failed one


async def test_unknown_format_is_refused(alice: Http) -> None:
    batch = await alice.batch()
    assert (await alice.call("GET", f"/v1/batches/{batch}/export?format=xls")).code == "invalid-request"


async def test_each_format_of_another_tool_is_a_download(alice: Http) -> None:
    batch, results = await a_finished_batch(alice)
    bird = next(result for result in results if result["name"] == "photo-0001.jpg")
    said = await alice.call("PUT", f"/v1/photos/{bird['photo_id']}/label", json={"species": "Mallard"})
    assert said.status < 300
    wanted = {
        "megadetector": "application/json",
        "label-studio": "application/json",
        "coco-camera-traps": "application/json",
        "ebird": "text/csv",
        "inaturalist": "text/csv",
        "camtrap-dp": "application/zip",
        "dwca": "application/zip",
        "xmp": "application/zip",
    }
    bodies = {}
    for format, media_type in wanted.items():
        answer = await alice.call("GET", f"/v1/batches/{batch}/export?format={format}")
        assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, media_type), format
        bodies[format] = answer
    assert len(bodies["megadetector"].body["images"]) == len(results)
    image = bodies["label-studio"].body[0]["data"]["image"]
    assert (await alice.call("GET", image.removeprefix(alice.url))).status == 200
    left_out = "5; failed=1; not-reviewed=3; no-place=1"  # drawn photos were taken nowhere
    assert bodies["ebird"].headers["X-Birds-Left-Out"] == left_out
    for format in ("camtrap-dp", "dwca", "xmp"):
        with zipfile.ZipFile(io.BytesIO(bodies[format].body)) as archive:
            assert archive.namelist()[-1] == "README.txt"
            assert archive.comment.decode().partition(";")[0].isdigit()
            if format == "xmp":
                assert b"Mallard" in archive.read("photo-0001.jpg.xmp")


async def test_nobody_else_gets_a_zip(alice: Http, bob: Http) -> None:
    batch = await alice.batch()
    assert (await bob.call("GET", f"/v1/batches/{batch}/export?format=camtrap-dp")).code == "not-found"


async def test_a_licence_is_told_where_the_format_can(alice: Http) -> None:
    batch, _ = await a_finished_batch(alice)
    path = f"/v1/batches/{batch}/export?format=dwca&license="
    body = (await alice.call("GET", f"{path}CC-BY-NC-4.0")).body
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert b"/licenses/by-nc/4.0/" in archive.read("eml.xml")
    assert (await alice.call("GET", f"{path}GPL-3.0")).code == "invalid-request"
