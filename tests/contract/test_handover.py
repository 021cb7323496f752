"""`birds handover` and `birds verify` on a real batch."""

import json
from pathlib import Path

from tests.support.command import Birds
from tests.support.http import Http
from tests.support.pictures import photos, truncated


async def test_a_batch_is_handed_over_and_checked(alice: Http, birds: Birds, tmp_path: Path) -> None:
    batch = await alice.batch(name="June")
    await alice.send(batch, [*photos(2), ("half.jpg", truncated()), ("notes.txt", b"no photo")])
    await alice.close(batch)
    results = await alice.finished(batch)
    await alice.call("PUT", f"/v1/photos/{results[0]['photo_id']}/label", json={"species": "Mallard"})
    made = await birds(
        "handover", batch, "out", "--formats", "csv,jsonl,parquet,ebird,camtrap-dp,megadetector"
    )
    assert made.status == 0, made
    assert "ebird: 1 file; left out:" in made.err
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert manifest["rows"] == {"done": 2, "failed": 1, "refused": 1, "left_out": 0}
    assert (manifest["reviewed"], len(manifest["reviewers"])) == (1, 1)
    assert manifest["reviewers"][0]["by"].startswith("alice")
    assert len(manifest["models"][0]["sha256"]) == 64
    digest = made.out.split()[-1]
    assert (await birds("verify", "out", "--sha256", digest)).status == 0
    assert (await birds("handover", batch, "out")).status == 2
    (tmp_path / "out" / "results.csv").write_text("")
    found = await birds("verify", "out")
    assert (found.status, "results.csv: it was changed" in found.err) == (1, True)
    assert (await birds("handover", batch, "other", "--formats", "csv,xls")).status == 2


async def test_labels_go_through_megadetectors_results_into_another_batch(
    alice: Http, birds: Birds, tmp_path: Path
) -> None:
    batches = [await alice.batch() for _ in range(2)]
    for batch in batches:
        await alice.send(batch, photos(2))
        await alice.close(batch)
    results = [await alice.finished(batch) for batch in batches]
    await alice.call("PUT", f"/v1/photos/{results[0][0]['photo_id']}/label", json={"species": "Mallard"})
    assert (await birds("export", batches[0], "--format", "megadetector", "-o", "md.json")).status == 0
    await birds("import", "md.json", "--batch", batches[0], "-o", "same.jsonl")
    told = [json.loads(line) for line in (tmp_path / "same.jsonl").read_text().splitlines()]
    assert [(one["tool"], one["verdict"]) for one in told] == [
        (one["birds"], "the same name") for one in told
    ]
    made = await birds("import", "md.json", "--batch", batches[1], "--as-labels", "-o", "pairs.jsonl")
    assert made.status == 0, made
    assert "1 photo labelled Mallard" in made.err
    photo = {one["name"]: one["photo_id"] for one in results[1]}[results[0][0]["name"]]
    said = (await alice.call("GET", f"/v1/photos/{photo}")).body
    assert (said["final"]["name"], said["final"]["by"]) == ("Mallard", "person")
    assert said["label_note"] == "from md.json"
    assert len((tmp_path / "pairs.jsonl").read_text().splitlines()) == 2


async def test_formats_that_are_none_are_refused(alice: Http) -> None:
    batch = await alice.batch()
    for formats in ("", "xls", "csv,", "csv,xls", "CSV", "xmp"):
        assert (
            await alice.call("GET", f"/v1/batches/{batch}/handover?formats={formats}")
        ).code == "invalid-request"
