"""Camera raw files by every way in: answered by their preview, once for a pair, both files named."""

import csv
import io
from pathlib import Path

import pytest
from PIL import Image

from api.client import BirdsClient
from tests.support import raws
from tests.support.http import Http
from tests.support.pictures import a_photo, zipped
from tests.support.processes import System

GOOD = raws.preview(seed=3, size=(960, 640))
SENSOR = bytes(300_000)  # what a raw file holds beside its preview


async def test_a_raw_is_answered_with_its_facts_and_shown(alice: Http) -> None:
    batch = await alice.batch()
    nef = raws.nef(GOOD, 6) + SENSOR
    files = [("card/1.NEF", nef), ("card/2.CR3", raws.cr3(GOOD)), ("card/3.DNG", raws.sensor_dng())]
    receipt = (await alice.send(batch, [*files, ("4.NEF", raws.nef(a_photo(1, (8, 8))))])).body
    assert receipt["rejected"] == []
    await alice.close(batch)
    results = {result["name"]: result for result in await alice.finished(batch)}
    sizes = {"card/1.NEF": (640, 960), "card/2.CR3": (960, 640), "card/3.DNG": (600, 400)}
    for name, size in sizes.items():
        result = results[name]
        assert (result["state"], result["width"], result["height"]) == ("done", *size)
        detailed = (await alice.call("GET", f"/v1/photos/{result['photo_id']}")).body
        assert (detailed["latitude"], detailed["longitude"]) == pytest.approx((52.5, 13.4))
        assert detailed["taken_local"] == "2024-05-06T07:08:09"
        thumbnail = await alice.call("GET", f"/v1/photos/{result['photo_id']}/thumbnail")
        shown = Image.open(io.BytesIO(thumbnail.body))
        assert (shown.width > shown.height) == (size[0] > size[1])
    bad = results["4.NEF"]
    assert (bad["state"], bad["error"]["code"]) == ("failed", "unsupported-type")
    assert "camera raw" in bad["error"]["detail"]
    image = await alice.call("GET", f"/v1/photos/{results['card/1.NEF']['photo_id']}/image")
    assert image.body == nef
    assert image.headers["Content-Type"] == "image/x-nikon-nef"


@pytest.mark.parametrize("packed", [False, True])
async def test_a_pair_is_one_row_that_names_both_files(alice: Http, packed: bool) -> None:
    batch = await alice.batch()
    files = [
        ("DCIM/1.CR2", raws.cr2(GOOD)),
        ("DCIM/1.JPG", a_photo(5, (640, 480))),
        ("DCIM/2.CR2", raws.cr2(GOOD)),
    ]
    receipt = (await alice.send(batch, [("card.zip", zipped(files))] if packed else files)).body
    accepted = receipt["accepted"]
    picture = accepted[1]["name"]
    assert [file["companion_of"] for file in accepted] == [picture, None, None]
    await alice.close(batch)
    assert len(await alice.finished(batch)) == 2
    body = (await alice.call("GET", f"/v1/batches/{batch}/export?format=csv")).body
    rows = {row["name"]: row["companions"] for row in csv.DictReader(io.StringIO(body.decode()))}
    assert rows == {picture: accepted[0]["name"], accepted[2]["name"]: ""}


async def test_the_client_sends_the_preview_alone(live: System, alice: Http, tmp_path: Path) -> None:
    raw = raws.arw(GOOD, 8) + SENSOR
    paths = [tmp_path / name for name in ("1.ARW", "2.ARW", "2.JPG")]
    for path, data in zip(paths, (raw, raws.arw(GOOD) + SENSOR, a_photo(6)), strict=True):
        path.write_bytes(data)
    key = alice.session.headers["Authorization"].removeprefix("Bearer ")
    async with BirdsClient(live.url, key) as client:
        batch = await client.create_batch()
        outcomes = {one.name: one for one in await client.upload(batch["id"], paths)}
        await client.close(batch["id"])
        results = {result["name"]: result async for result in client.results(batch["id"])}
    assert set(results) == {"1.ARW", "2.JPG"}
    assert results["2.JPG"]["companions"] == ["2.ARW"]
    assert outcomes["2.ARW"].photo_id == outcomes["2.JPG"].photo_id
    assert (results["1.ARW"]["width"], results["1.ARW"]["height"]) == (640, 960)
    detailed = (await alice.call("GET", f"/v1/photos/{results['1.ARW']['photo_id']}")).body
    assert detailed["latitude"] == pytest.approx(52.5)
    image = await alice.call("GET", f"/v1/photos/{results['1.ARW']['photo_id']}/image")
    assert image.headers["Content-Type"] == "image/jpeg"
    assert len(image.body) < len(raw) - len(SENSOR)


async def test_a_server_that_keeps_raws_is_sent_them_whole(live: System, alice: Http, tmp_path: Path) -> None:
    api = await live.add_api(BIRDS_RAW_PREVIEWS="false")
    raw = raws.arw(GOOD) + SENSOR
    (tmp_path / "1.ARW").write_bytes(raw)
    key = alice.session.headers["Authorization"].removeprefix("Bearer ")
    async with BirdsClient(api.url, key) as client:
        batch = await client.create_batch()
        [outcome] = await client.upload(batch["id"], [tmp_path / "1.ARW"])
    image = await alice.call("GET", f"/v1/photos/{outcome.photo_id}/image")
    assert image.body == raw
