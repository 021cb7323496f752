"""What a command that is run again leaves alone, and what it still has to send."""

import csv
import hashlib
import io
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from api.cli.sending.again import open_batch, save_exports
from api.cli.sending.many_files import ManyFiles
from api.cli.sending.run import ClassifyOrder, Opened
from api.client import BirdsClient, LocalFile
from api.client.previews import with_previews
from tests.support.pictures import a_photo, zipped
from tests.support.raws import nef, preview

LATER = 4_000_000_000  # after any batch here was made
NAME = "card"


@dataclass
class Server:
    """Batches of one owner as the interface tells them: the newest first, each with its answers."""

    batches_: list[dict[str, Any]] = field(default_factory=list)
    results: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    refusals: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    companions: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, files: dict[str, bytes], state: str = "finished", name: str = NAME) -> str:
        id = f"batch-{len(self.batches_)}"
        counts = {"accepted": len(files)}
        made = "2024-01-01T00:00:00Z"
        self.batches_.insert(
            0, {"id": id, "name": name, "state": state, "counts": counts, "created_at": made}
        )
        self.results[id] = [
            {
                "seq": seq,
                "photo_id": photo_id(id, name),
                "name": name,
                "sha256": hashlib.sha256(data).hexdigest(),
                "companions": self.companions.get(name, []),
                "error": self.errors.get(name),
            }
            for seq, (name, data) in enumerate(files.items(), 1)
        ]
        return id

    async def batches(self) -> AsyncIterator[dict[str, Any]]:
        for batch in self.batches_:
            yield batch

    async def result_page(self, batch_id: str, *, after: int, limit: int) -> dict[str, Any]:
        return {"results": self.results[batch_id][after : after + min(limit, 2)]}

    async def refused(self, batch_id: str) -> AsyncIterator[dict[str, str]]:
        for one in self.refusals.get(batch_id, ()):
            yield one

    async def create_batch(self, name: str, *, lane: None, top_k: None) -> dict[str, Any]:
        self.add({}, "open", name)
        return self.batches_[0]

    async def save_export(self, batch_id: str, file: BinaryIO) -> None:
        extra = [] if batch_id == "batch-0" else ["species_2"]
        rows = [(one["photo_id"], one["name"]) for one in self.results[batch_id]]
        rows += [("", one["name"]) for one in self.refusals.get(batch_id, ())]
        text = io.StringIO(newline="")
        csv.writer(text).writerows([["photo_id", "name", *extra], *rows])
        file.write(text.getvalue().encode())


def photo_id(batch_id: str, name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{batch_id}/{name}"))


def ids(batch_id: str, *names: str) -> list[int]:
    return [UUID(photo_id(batch_id, name)).int for name in names]


@pytest.fixture
def server() -> Server:
    return Server()


def put(folder: Path, files: dict[str, bytes]) -> list[LocalFile]:
    found = []
    for name, data in files.items():
        (folder / name).write_bytes(data)
        found.append(LocalFile.found(folder / name))
    return found


async def opened(server: Server, given: list[LocalFile], *, again: bool = False) -> Opened:
    files = ManyFiles()
    for file in given:
        files.append(file)
    order = ClassifyOrder([Path("card")], None, None, False, True, None, None, again=again)
    return await open_batch(cast(BirdsClient, server), NAME, files, order)


PHOTOS = {f"{number}.jpg": a_photo(number) for number in range(5)}


async def test_the_first_run_sends_all(server: Server, tmp_path: Path) -> None:
    files = put(tmp_path, PHOTOS)
    found = await opened(server, files)
    assert (list(found.files), found.held, found.batches) == (files, [], ["batch-0"])


async def test_what_is_answered_is_not_sent(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = server.add(PHOTOS)
    found = await opened(server, put(tmp_path, PHOTOS))
    assert (list(found.files), found.batches, len(server.batches_)) == ([], [done], 1)
    assert sorted(found.photos) == sorted(ids(done, *PHOTOS))
    assert "5 files answered already, 0 new" in capsys.readouterr().err


async def test_unless_that_is_asked_for(server: Server, tmp_path: Path) -> None:
    server.add(PHOTOS)
    files = put(tmp_path, PHOTOS)
    found = await opened(server, files, again=True)
    assert (list(found.files), found.held, found.batch["state"]) == (files, [], "open")


async def test_what_was_cancelled_is_sent_again(server: Server, tmp_path: Path) -> None:
    cancelled = {"code": "cancelled", "detail": "Its batch was cancelled."}
    server.errors = {"1.jpg": cancelled, "2.jpg": {"code": "corrupt-image", "detail": "It is."}}
    given = {name: PHOTOS[name] for name in ("0.jpg", "1.jpg", "2.jpg")}
    done = server.add(given)
    server.refusals = {done: [{"name": "3.jpg", **cancelled}]}
    found = await opened(server, put(tmp_path, {**given, "3.jpg": PHOTOS["3.jpg"]}))
    assert [file.name for file in found.files] == ["1.jpg", "3.jpg"]


async def test_new_names_and_new_bytes_are_new(server: Server, tmp_path: Path) -> None:
    done = server.add(PHOTOS)
    changed = {**PHOTOS, "0.jpg": a_photo(90), "new.jpg": PHOTOS["1.jpg"]}
    found = await opened(server, put(tmp_path, changed))
    assert [file.name for file in found.files] == ["0.jpg", "new.jpg"]
    assert (found.held, found.batches) == ([done], [done, "batch-1"])
    assert len(found.photos) == 4


async def test_only_batches_that_hold_given_files_are_told(server: Server, tmp_path: Path) -> None:
    server.add({"gone.jpg": a_photo(80)})
    first = server.add({"0.jpg": PHOTOS["0.jpg"]})
    server.add({"0.jpg": PHOTOS["0.jpg"]}, name="another")
    second = server.add({"1.jpg": PHOTOS["1.jpg"]})
    found = await opened(server, put(tmp_path, {name: PHOTOS[name] for name in ("0.jpg", "1.jpg")}))
    assert (found.held, found.batch["id"]) == ([first, second], second)


@pytest.mark.parametrize("state", ["open", "closed"])
async def test_the_newest_unfinished_batch_is_gone_on_with(
    server: Server, tmp_path: Path, state: str
) -> None:
    server.add({}, "open", "another")
    server.add({"0.jpg": PHOTOS["0.jpg"]}, "open")
    newest = server.add({"0.jpg": PHOTOS["0.jpg"]}, state)
    files = put(tmp_path, PHOTOS)
    found = await opened(server, files)
    assert (list(found.files), found.batch["id"]) == (files, newest)


async def test_an_archive_is_answered_where_each_photo_in_it_is(server: Server, tmp_path: Path) -> None:
    done = server.add({"card/1.jpg": PHOTOS["1.jpg"], "card/2.jpg": PHOTOS["2.jpg"]})
    entries = [("1.jpg", PHOTOS["1.jpg"]), ("2.jpg", PHOTOS["2.jpg"]), ("notes.txt", b"of the day")]
    [card] = put(tmp_path, {"card.zip": zipped(entries)})
    assert (await opened(server, [card])).photos == ids(done, "card/1.jpg", "card/2.jpg")
    [more] = put(tmp_path, {"card.zip": zipped([*entries, ("3.jpg", PHOTOS["3.jpg"])])})
    assert list((await opened(server, [more])).files) == [more]
    [broken] = put(tmp_path, {"broken.zip": zipped(entries)[:200]})
    assert list((await opened(server, [broken])).files) == [broken]


async def test_what_lies_beside_photos_in_a_known_archive_is_told_again(
    server: Server, tmp_path: Path
) -> None:
    done = server.add({"card/1.jpg": PHOTOS["1.jpg"]})
    beside = {"card/notes.txt": "unsupported-type", "card/@eaDir/1.jpg": "left-out", "cards.txt": "left-out"}
    server.refusals[done] = [{"name": name, "code": code, "detail": ""} for name, code in beside.items()]
    [card] = put(tmp_path, {"card.ZIP": zipped([("1.jpg", PHOTOS["1.jpg"]), ("notes.txt", b"of the day")])})
    found = await opened(server, [card])
    assert (list(found.files), found.photos) == ([], ids(done, "card/1.jpg"))
    told = {one.name: one.reason and one.reason["code"] for one in found.refused}
    assert told == {name: beside[name] for name in ("card/notes.txt", "card/@eaDir/1.jpg")}


async def test_a_raw_file_is_known_by_its_preview_or_by_the_picture_beside_it(
    server: Server, tmp_path: Path
) -> None:
    raws = {"a.nef": nef(preview(1)), "b.nef": nef(preview(2))}
    files = put(tmp_path, {"a.nef": raws["a.nef"], "b.jpg": PHOTOS["1.jpg"], "b.nef": raws["b.nef"]})
    (tmp_path / "sent").mkdir()
    [sent] = with_previews(files[:1], tmp_path / "sent")
    assert sent.size < files[0].size
    server.companions["b.jpg"] = ["b.nef"]
    done = server.add({"a.nef": Path(sent.path).read_bytes(), "b.jpg": PHOTOS["1.jpg"]})
    os.utime(files[2].path, (1, 1))
    found = await opened(server, files)
    assert (list(found.files), found.photos) == ([], ids(done, "a.nef", "b.jpg", "b.jpg"))
    os.utime(files[2].path, (LATER, LATER))
    changed = put(tmp_path, {"a.nef": nef(preview(3))})
    assert list((await opened(server, [*changed, files[2]])).files) == [*changed, files[2]]


async def test_a_file_that_was_refused_is_told_again_until_it_changes(server: Server, tmp_path: Path) -> None:
    done = server.add({})
    server.refusals[done] = [
        {"name": "text.jpg", "code": "unsupported-type", "detail": "It is no photo."},
        {"name": "locked.jpg", "code": "unreadable", "detail": "Permission denied"},
    ]
    files = put(tmp_path, {"text.jpg": b"bird", "locked.jpg": PHOTOS["0.jpg"]})
    os.utime(files[0].path, (1, 1))
    found = await opened(server, files)
    assert [file.name for file in found.files] == ["locked.jpg"]
    assert [(one.name, one.reason) for one in found.refused] == [
        ("text.jpg", {"code": "unsupported-type", "detail": "It is no photo."})
    ]
    os.utime(files[0].path, (LATER, LATER))
    assert list((await opened(server, files)).files) == files


async def test_exports_of_several_batches_have_a_row_for_each_file_as_it_is_now(
    server: Server, tmp_path: Path
) -> None:
    done = server.add({"same.jpg": PHOTOS["0.jpg"], "one, two.jpg": PHOTOS["1.jpg"], "new.jpg": b"then"})
    server.refusals[done] = [
        {"name": name, "code": "unreadable", "detail": "Permission denied"} for name in ("now.jpg", "no.jpg")
    ]
    now = {"same.jpg": PHOTOS["0.jpg"], "one, two.jpg": PHOTOS["1.jpg"], "new.jpg": PHOTOS["2.jpg"]}
    found = await opened(server, put(tmp_path, now))
    latest = found.batch["id"]
    server.results[latest] = [
        {"photo_id": photo_id(latest, name), "name": name} for name in ("new.jpg", "now.jpg")
    ]
    file = io.BytesIO()

    await save_exports(cast(BirdsClient, server), found, file)

    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode(), newline="")))
    assert [(row["photo_id"], row["name"]) for row in rows] == [
        *((photo_id(done, name), name) for name in ("same.jpg", "one, two.jpg")),
        ("", "no.jpg"),
        *((photo_id(latest, name), name) for name in ("new.jpg", "now.jpg")),
    ]
    assert list(rows[0]) == ["photo_id", "name", "species_2"]


async def test_an_archive_is_sent_however_it_is_damaged(server: Server, tmp_path: Path) -> None:
    """Whoever unpacks it tells what is wrong with it."""
    server.add(PHOTOS)
    whole = zipped([("0.jpg", PHOTOS["0.jpg"])])
    for place in range(0, len(whole), 7):
        damaged = bytes((*whole[:place], whole[place] ^ 0xFF, *whole[place + 1 :]))
        [card] = put(tmp_path, {"card.zip": damaged})
        assert len((await opened(server, [card])).files) <= 1
