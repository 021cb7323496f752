"""`birds dataset export`: what people have confirmed becomes a data set that the trainer reads."""

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

from tests.support.command import Birds
from tests.support.http import Http
from tests.support.pictures import a_photo, photos, truncated
from tests.unit.photo.metadata import tags
from tests.unit.photo.pictures import encoded, upright
from trainer.data.data_set import read_data_set

BIRDS = ("Mallard", "Blue Jay", "Osprey")


async def a_batch(alice: Http, files: list[tuple[str, bytes]]) -> tuple[str, list[str]]:
    batch = await alice.batch(name="June")
    await alice.send(batch, files)
    await alice.close(batch)
    results = {one["name"]: one["photo_id"] for one in await alice.finished(batch)}
    return batch, [results[name] for name, _ in files]


async def say(alice: Http, photo: str, name: str) -> None:
    assert (await alice.call("PUT", f"/v1/photos/{photo}/label", json={"species": name})).status == 200


def taken(at: str) -> bytes:
    return encoded(upright(), exif=tags(taken=at).tobytes())


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "photos.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "dataset.json").read_bytes())
    assert found["complete"]
    assert found["reviewed"] == found["photos"] + sum(found["left_out"].values())
    rows = table(folder)
    assert found["photos"] == sum((folder / row["path"]).is_file() for row in rows if row["path"])
    return found


async def test_reviewed_photos_become_a_data_set_and_the_folder_is_brought_up_to_date(
    alice: Http, birds: Birds, tmp_path: Path
) -> None:
    files = [*photos(24), ("half.jpg", truncated()), ("tiff.tif", a_photo(50, kind="TIFF"))]
    batch, ids = await a_batch(alice, files)
    assert (await birds("dataset", "export", "set")).status == 2  # nobody has said anything
    for number, photo in enumerate(ids[:20]):
        await say(alice, photo, BIRDS[number % 2])
    for photo, name in zip(ids[20:24], ("Not a bird", "Not a bird", "Anatidae", "Unknown bird"), strict=True):
        await say(alice, photo, name)
    await say(alice, ids[24], "Mallard")
    await say(alice, ids[25], "Mallard")

    folder = tmp_path / "set"
    made = await birds("dataset", "export", "set", "--batch", batch)
    assert made.status == 0, made
    first = manifest(folder)
    assert {why: count for why, count in first["left_out"].items() if why != "nothing-to-learn-from"} == {
        "bird": 1, "failed": 1, "family": 1,
    }  # fmt: skip
    assert "left out 1: called by a family" in made.err
    assert first["batches"] == [{"id": batch, "name": "June", "photos": first["photos"]}]
    assert made.out.split() == ["dataset.json", "version", "1", "sha256", first["digest"]]
    data = read_data_set(folder)
    assert data.species == ("Blue Jay", "Mallard")
    assert data.scientific_names["Mallard"] == "Anas platyrhynchos"
    assert len(data.no_birds) == 2
    assert data.version == f"version 1 (sha256 {first['digest'][:12]})"
    shown = Counter(one.split for one in data.examples)
    assert all(sum(first["counts"][split].values()) >= shown[split] for split in shown)

    (folder / "dataset.json").unlink()  # as if it had been ended early
    next(folder.glob("train/*/*")).unlink()
    made = await birds("dataset", "export", "set", "--batch", batch)
    assert "1 fetched now" in made.err
    assert manifest(folder)["digest"] == first["digest"]
    elsewhere = await birds("dataset", "export", "other")
    assert (elsewhere.status, manifest(tmp_path / "other")["digest"]) == (0, first["digest"])

    before = {one.path.name: one.split for one in data.examples}
    for photo in ids[:3]:
        await say(alice, photo, "Osprey")
    assert (await birds("dataset", "export", "set")).status == 0
    second = manifest(folder)
    assert (second["version"], second["digest"] != first["digest"]) == (2, True)
    after = read_data_set(folder)
    assert all(before.get(one.path.name, one.split) == one.split for one in after.examples)
    assert (await birds("dataset", "export", "set", "--seed", "3")).status == 2


async def test_a_burst_is_in_one_split_and_a_folder_of_something_else_is_left_alone(
    alice: Http, birds: Birds, tmp_path: Path
) -> None:
    bursts = [
        (f"{burst}-{frame}.jpg", taken(f"2024:05:0{burst + 1} 10:00:0{frame}"))
        for burst in range(6)
        for frame in range(3)
    ]
    _, ids = await a_batch(alice, bursts)
    for photo in ids:
        await say(alice, photo, "Mallard")
    assert (await birds("dataset", "export", "set")).status == 0
    rows = table(tmp_path / "set")
    names = dict(zip(ids, (name for name, _ in bursts), strict=True))
    by_burst: dict[str, set[str]] = {}
    for row in rows:
        by_burst.setdefault(names[row["photo_id"]][0], set()).add(row["split"])
    assert len(by_burst) > 1
    assert all(len(splits) == 1 for splits in by_burst.values())
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    assert (await birds("dataset", "export", "mine")).status == 2
    assert (tmp_path / "mine" / "letter.txt").exists()
