"""`birds tag` on a real batch: a person's own photos, told by their bytes, before and after a correction."""

import shutil
from pathlib import Path

from tests.support.command import Birds
from tests.support.http import Http
from tests.support.pictures import photos


async def test_a_batchs_names_lie_beside_the_photos(alice: Http, birds: Birds, tmp_path: Path) -> None:
    folder = tmp_path / "card"
    (folder / "more").mkdir(parents=True)
    sent = photos(3)
    batch = await alice.batch()
    await alice.send(batch, sent)
    await alice.close(batch)
    results = await alice.finished(batch)
    for name, data in sent:
        (folder / "more" / f"renamed-{name}").write_bytes(data)
    (folder / "unknown.jpg").write_bytes(photos(1, start=9)[0][1])
    shutil.copyfile(folder / "more" / f"renamed-{sent[0][0]}", folder / "broken.jpg")
    (folder / "broken.jpg.xmp").write_text("no xml")
    said = await alice.call("PUT", f"/v1/photos/{results[0]['photo_id']}/label", json={"species": "Mallard"})
    assert said.status < 300

    dry = await birds("tag", batch, folder, "--reviewed-only", "--dry-run")
    assert "1 photo would be tagged" in dry.err
    assert not list(folder.rglob("renamed*.xmp"))

    first = await birds("tag", batch, folder, "--reviewed-only")
    assert first.status == 1  # one was left alone
    labelled = results[0]["name"]
    (sidecar,) = folder.rglob("renamed*.xmp")
    assert sidecar.name == f"renamed-{labelled}.xmp"
    assert "<rdf:li>Birds|Anseriformes|Anatidae|Mallard</rdf:li>" in sidecar.read_text()
    assert "1 photo not in the batch" in first.err
    assert (folder / "broken.jpg.xmp").read_text() == "no xml"

    again = await birds("tag", batch, folder, "--reviewed-only")
    assert "0 photos tagged" in again.err

    for result in results:
        await alice.call(
            "PUT", f"/v1/photos/{result['photo_id']}/label", json={"species": "Northern Cardinal"}
        )
    whole = await birds("tag", batch, folder, "--embed")
    assert "left alone" not in whole.err  # it goes into the JPEG, and the broken file beside it is not read
    assert "Mallard" not in sidecar.read_text()
    for name, data in sent:
        tagged = (folder / "more" / f"renamed-{name}").read_bytes()
        assert b"Northern Cardinal" in tagged
        assert tagged.endswith(data[data.index(b"\xff\xdb") :])
