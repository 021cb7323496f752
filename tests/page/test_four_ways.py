"""One mixed folder by every way in: the command, dropped and chosen on the page, zipped.

Each ends with the same rows, for the same reasons, and as many of them as there are files.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from tests.page.actions import batch_of
from tests.page.conftest import PATIENCE_MS, Visit, Visitor
from tests.page.test_given import drop
from tests.support import raws
from tests.support.command import Birds
from tests.support.http import signed_in
from tests.support.pictures import a_photo, truncated, zipped

DAY = [
    ("morning/1.jpg", a_photo(9710)),
    ("._1.jpg", b"Mac"),
    ("list.csv", b"no pixels"),
    ("2.jpg", b""),
]
FILES = {
    "DCIM/1.JPG": a_photo(9701),
    "DCIM/2.JPG": a_photo(9702, (200, 200)),
    "DCIM/2.NEF": raws.nef(raws.preview(seed=2), 1) + bytes(300_000),
    "DCIM/3.CR2": raws.cr2(raws.preview(seed=3, size=(960, 640))),
    "DCIM/cut.jpg": truncated(),
    "DCIM/letter.jpg": b"Dear birds, this is a letter." * 20,
    "DCIM/empty.jpg": b"",
    "DCIM/2.xmp": b"<x:xmpmeta/>",
    "clip.MOV": b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(2000),
    "export": a_photo(9703, (96, 96), "PNG"),
    "days/day 1.zip": zipped(DAY),
    "days/broken.zip": b"PK\x03\x04 and nothing more",
    "report.docx": zipped(DAY),
    "notes.txt": b"seen at dawn",
    "Thumbs.db": b"Windows",
    "._1.JPG": b"Mac",
    "@eaDir/1.JPG/SYNOPHOTO_THUMB_M.jpg": a_photo(9720),
    "#recycle/9.JPG": a_photo(9721),
}
GIVEN = len(FILES) - 1 + len(DAY)  # an archive is what is in it


@dataclass(frozen=True)
class Row:
    """What became of one file."""

    state: str
    code: str
    detail: str
    companions: str


async def rows(visitor: Visitor, batch: str) -> dict[str, Row]:
    """By name, of a finished batch; the export's are those of the feed and of the list of refused files."""
    async with signed_in(visitor.url, visitor.key) as http:
        results = await http.finished(batch)
        refused = (await http.call("GET", f"/v1/batches/{batch}/refused?limit=1000")).body["refused"]
        export = (await http.call("GET", f"/v1/batches/{batch}/export?format=csv")).body.decode()
    details = {one["name"]: one["error"]["detail"] for one in results if one["error"]}
    details |= {one["name"]: one["detail"] for one in refused}
    found = list(csv.DictReader(io.StringIO(export)))
    assert len({row["name"] for row in found}) == len(found) == len(results) + len(refused)
    return {
        row["name"]: Row(row["state"], row["error"], details.get(row["name"], ""), row["companions"])
        for row in found
    }


async def by_page(visitor: Visitor, folder: Path, way: str) -> dict[str, Row]:
    page = await visitor.arrive()
    if way == "dropped":
        await drop(page, folder)
    else:
        await page.get_by_label("Choose a folder").set_input_files(folder)
    await page.wait_for_url("**/#/batches/*", timeout=PATIENCE_MS)
    found = await rows(visitor, batch_of(page))
    await page.close()
    return found


async def by_command(visitor: Visitor, path: Path) -> tuple[str, dict[str, Row]]:
    """What the command says of its account at the end, too."""
    birds = Birds(path.parent, BIRDS_URL=visitor.url, BIRDS_KEY=visitor.key)
    end = await birds("classify", path.name)
    *_, account, batch = end.out.splitlines()
    return account, await rows(visitor, batch.removeprefix("batch "))


async def test_each_ends_with_the_same_rows(visit: Visit, tmp_path: Path) -> None:
    visitor = await visit()
    card = tmp_path / "card"
    for name, data in FILES.items():
        (card / name).parent.mkdir(parents=True, exist_ok=True)
        (card / name).write_bytes(data)
    (tmp_path / "card.zip").write_bytes(zipped([(f"card/{name}", data) for name, data in FILES.items()]))

    account, ways = {}, {}
    account["zipped"], ways["zipped"] = await by_command(visitor, tmp_path / "card.zip")
    ways["dropped"] = await by_page(visitor, card, "dropped")
    ways["chosen"] = await by_page(visitor, card, "chosen")
    (card / "gone.jpg").symlink_to(tmp_path / "nowhere")  # a browser does not tell of it, and a zip has none
    account["command"], ways["command"] = await by_command(visitor, card)

    gone = ways["command"].pop("card/gone.jpg")
    assert (gone.state, gone.code) == ("refused", "unreadable")
    for way, found in ways.items():
        assert found == ways["command"], way
    found = {name.removeprefix("card/"): row for name, row in ways["command"].items()}
    assert len(found) + 1 == GIVEN  # the raw file is its picture's photo
    assert found["DCIM/2.JPG"].companions == "card/DCIM/2.NEF"
    states: dict[str, set[str]] = {}
    for name, row in found.items():
        states.setdefault(row.state, set()).add(name)
    photos = {"DCIM/1.JPG", "DCIM/2.JPG", "DCIM/3.CR2", "export", "days/day 1/morning/1.jpg"}
    others = {"DCIM/2.xmp", "clip.MOV", "report.docx", "notes.txt", "days/day 1/list.csv"}
    litter = {"Thumbs.db", "._1.JPG", "@eaDir/1.JPG/SYNOPHOTO_THUMB_M.jpg", "#recycle/9.JPG"}
    assert (states["done"], states["failed"]) == (photos, {"DCIM/cut.jpg"})
    assert states["left-out"] == {*others, *litter, "days/day 1/._1.jpg"}
    assert {name: row.code for name, row in found.items() if row.state == "refused"} == {
        "DCIM/letter.jpg": "unsupported-type",
        "DCIM/empty.jpg": "empty-file",
        "days/day 1/2.jpg": "empty-file",
        "days/broken.zip": "corrupt-archive",
    }
    told = "6 answered, 1 failed, {} refused, 10 left out"
    assert account["zipped"] == f"{GIVEN} files given: {told.format(4)}"
    assert account["command"] == f"{GIVEN + 1} files given: {told.format(5)}"
