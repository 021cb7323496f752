"""Every file that is given to the page is accounted for: answered, refused or left out, each by name."""

import csv
import io
from pathlib import Path

from playwright.async_api import Page, Route, expect

from tests.page.actions import answered, batch_of, choose, in_memory
from tests.page.conftest import Visit, Visitor
from tests.support.http import signed_in
from tests.support.pictures import a_photo, zipped

# Reading fails as it does for a folder, or a file, that belongs to somebody else.
NOT_READABLE = """{
  const problem = new DOMException("It belongs to somebody else.", "NotReadableError");
  const fails = (resolve, reject) => reject(problem);
  const reads = (folder) => {
    const reader = folder.createReader();
    const readEntries = (resolve, reject) => reader.readEntries((some) => resolve(some.map(guarded)), reject);
    return { readEntries };
  };
  const guarded = (entry) => {
    const { name, fullPath, isDirectory } = entry;
    const file = name === "dead.jpg" ? fails : (resolve, reject) => entry.file(resolve, reject);
    const isLocked = ["locked", "lost+found"].includes(name);
    const createReader = () => (isLocked ? { readEntries: fails } : reads(entry));
    return { name, fullPath, isDirectory, file, createReader };
  };
  const { webkitGetAsEntry } = DataTransferItem.prototype;
  DataTransferItem.prototype.webkitGetAsEntry = function () { return guarded(webkitGetAsEntry.call(this)); };
}"""
PASSED_OVER = "It is passed over with {}."


def mixed_card(root: Path) -> dict[str, str]:
    """Files by name, as they lie on a card that was used by many systems; what is right for each."""
    photo = {f"DCIM/{n}.JPG": a_photo(8100 + n) for n in range(2)}
    odd = {"IMG_2000": a_photo(8110), "download.php": a_photo(8111), "day1.zip": b""}
    odd["day1.zip"] = zipped([("in-zip.jpg", a_photo(8112)), ("in-zip.txt", b"no pixels")])
    bad = {
        "notes.txt": b"no pixels",
        "MISC/empty.jpg": b"",
        "report.docx": zipped([("a.jpg", a_photo(8113))]),
    }
    litter = {
        "@eaDir/0.JPG/SYNOPHOTO_THUMB_M.jpg": a_photo(8120),
        "._0.JPG": b"Mac",
        "DCIM/.thumbnails/0.jpg": a_photo(8121),
        "lost+found/x.jpg": a_photo(8122),
        "Thumbs.db": b"Windows",
        "$RECYCLE.BIN/S-1-5/$R.JPG": a_photo(8123),
    }
    for name, data in {**photo, **odd, **bad, **litter}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    right = dict.fromkeys([*photo, "IMG_2000", "download.php"], "done")
    right["MISC/empty.jpg"] = "empty-file"
    right |= dict.fromkeys((*litter, "notes.txt", "report.docx"), "left-out")
    right = {f"{root.name}/{name}": state for name, state in right.items()}
    return right | {"card/day1/in-zip.jpg": "done", "card/day1/in-zip.txt": "left-out"}


async def drop(page: Page, *paths: Path) -> None:
    """As a person drops them from a file manager."""
    session = await page.context.new_cdp_session(page)
    box = await page.locator(".intake").bounding_box()
    assert box is not None
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + 20}
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        await session.send("Input.dispatchDragEvent", {"type": kind, **at, "data": data})


async def rows(visitor: Visitor, page: Page) -> list[dict[str, str]]:
    async with signed_in(visitor.url, visitor.key) as http:
        path = f"/v1/batches/{batch_of(page)}/export?format=csv"
        return list(csv.DictReader(io.StringIO((await http.call("GET", path)).body.decode())))


async def outcomes(visitor: Visitor, page: Page) -> dict[str, str]:
    """State or reason by name, of an archive's entries by their name in it."""
    found = await rows(visitor, page)
    names = [row["name"] for row in found]
    assert len(set(names)) == len(names)
    return dict(zip(names, (row["error"] or row["state"] for row in found), strict=True))


async def told(page: Page, text: str, files: int) -> list[str]:
    """The list below the summary that has this text, opened, once it has so many lines."""
    details = page.locator(".problems details").filter(has=page.locator("summary", has_text=text))
    await details.locator("summary").click()
    await expect(details.locator("li")).to_have_count(files)
    return [" ".join(line.split()) for line in await details.locator("li").all_inner_texts()]


async def test_a_mixed_card_ends_with_a_row_for_each_file_dropped_or_chosen(
    visit: Visit, tmp_path: Path
) -> None:
    visitor = await visit()
    right = mixed_card(tmp_path / "card")
    for way in ("drop", "choose"):
        page = await visitor.arrive()
        if way == "drop":
            await drop(page, tmp_path / "card")
        else:
            await page.get_by_label("Choose a folder").set_input_files(tmp_path / "card")
        await answered(page, 5)
        await expect(page.get_by_role("status")).to_contain_text("1 refused, 9 left out")
        assert await outcomes(visitor, page) == right, way
        lines = await told(page, "9 files left out", 9)
        assert f"card/Thumbs.db {PASSED_OVER.format('thumbnails')}" in lines
        assert f"card/lost+found/x.jpg {PASSED_OVER.format('system files')}" in lines
        assert "card/notes.txt It is no photo, as far as its name and its first bytes tell (.txt)." in lines


async def test_the_list_is_the_servers_and_shown_in_every_browser(visit: Visit, tmp_path: Path) -> None:
    visitor = await visit()
    page = await visitor.arrive()
    mixed_card(tmp_path / "card")
    await drop(page, tmp_path / "card")
    await answered(page, 5)
    other = await visit()
    theirs = await other.arrive(f"#{page.url.partition('#')[2]}")
    for tab in (page, theirs):
        await expect(tab.locator(".problems")).to_contain_text("9 files left out")
        await expect(tab.locator(".problems")).to_contain_text("1 file refused: The file has no bytes.")


async def test_what_can_not_be_read_is_told_and_keeps_nothing_back(visit: Visit, tmp_path: Path) -> None:
    visitor = await visit()
    await visitor.context.add_init_script(NOT_READABLE)
    page = await visitor.arrive()
    card = tmp_path / "card"
    for name in ("a.jpg", "locked/b.jpg", "lost+found/c.jpg", "dead.jpg", "deep/er/d.jpg"):
        (card / name).parent.mkdir(parents=True, exist_ok=True)
        (card / name).write_bytes(a_photo(8200 + len(name)))
    await drop(page, card)
    await answered(page, 2)
    assert await outcomes(visitor, page) == {
        "card/a.jpg": "done",
        "card/deep/er/d.jpg": "done",
        "card/locked": "unreadable",
        "card/dead.jpg": "unreadable",
        "card/lost+found": "left-out",
    }
    assert sorted(await told(page, "It belongs to somebody else.", 2)) == ["card/dead.jpg", "card/locked"]


async def test_where_nothing_can_be_sent_that_is_told_and_kept(visit: Visit, tmp_path: Path) -> None:
    visitor = await visit()
    await visitor.context.add_init_script(NOT_READABLE)
    page = await visitor.arrive()
    (tmp_path / "locked").mkdir()
    await drop(page, tmp_path / "locked")
    await answered(page, 0)
    assert await outcomes(visitor, page) == {"locked": "unreadable"}


async def test_odd_names_harm_nobody(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.arrive()
    photos = in_memory(5, 8300)
    for photo, name in zip(
        photos, ["line\nbreak.jpg", "x" * 1500 + ".jpg", "tab\t.jpg", "ünïcödé 🐦.jpg"], strict=False
    ):
        photo["name"] = name
    await choose(page, photos)
    await answered(page, 5)
    names = {"linebreak.jpg", "x" * 508 + ".jpg", "tab.jpg", "ünïcödé 🐦.jpg", "bird-8304.jpg"}
    assert (await outcomes(visitor, page)).keys() == names


async def test_what_the_way_refuses_is_that_one_files_reason(visit: Visit) -> None:
    """A proxy or firewall that dislikes something about one file of a group."""
    visitor = await visit()
    visitor.guard.expect("status of 413")
    page = await visitor.arrive()

    async def proxy(route: Route) -> None:
        if "bird-8402" in (route.request.post_data or ""):
            await route.fulfill(status=413, content_type="text/html", body="<h1>413 Too Large</h1>")
        else:
            await route.continue_()

    await page.route("**/uploads", proxy)
    await choose(page, in_memory(6, 8400))
    await answered(page, 5)
    found = await outcomes(visitor, page)
    assert {name for name, outcome in found.items() if outcome != "done"} == {"bird-8402.jpg"}
    assert found["bird-8402.jpg"] == "http-413"
    await expect(page.locator(".problems")).to_contain_text(
        "The way to the server answered, not the server: 413."
    )


async def test_a_browser_that_opens_no_folders_sends_what_is_dropped(visit: Visit, tmp_path: Path) -> None:
    visitor = await visit()
    await visitor.context.add_init_script("delete DataTransferItem.prototype.webkitGetAsEntry")
    page = await visitor.arrive()
    files: list[Path] = []
    for n in range(3):
        files.append(tmp_path / f"{n}.jpg")
        files[-1].write_bytes(a_photo(8500 + n))
    (tmp_path / "folder").mkdir()
    await drop(page, *files, tmp_path / "folder")
    await answered(page, 3)
    assert await outcomes(visitor, page) == {
        **dict.fromkeys(["0.jpg", "1.jpg", "2.jpg"], "done"),
        "folder": "unreadable",
    }


async def test_only_this_batchs_photos_were_there_already(visit: Visit) -> None:
    visitor = await visit()
    photos = in_memory(6, 8600)
    sent = [(photo["name"], photo["buffer"]) for photo in photos]
    async with signed_in(visitor.url, visitor.key) as http:
        await http.send(await http.batch(), sent[:5])
        batch = await http.batch()
        await http.send(batch, sent[:2])
    page = await visitor.arrive(f"#/batches/{batch}")
    await choose(page, photos)
    await answered(page, 6)
    progress = page.locator(".progress")
    await expect(progress).to_contain_text("In this trip already: 2 photos.")
    await expect(progress).to_contain_text("Not sent, since the server has their bytes: 3 photos.")
