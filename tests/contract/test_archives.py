"""Archives through HTTP: every entry is told, under a name that tells it apart, however it is packed."""

import io
import tarfile
import zipfile

from tests.support.http import Http
from tests.support.pictures import a_photo, zipped
from tests.support.zips import RawEntry, piped_zip, raw_zip

CARD = [("DCIM/IMG_0001.JPG", a_photo(1)), ("DCIM/IMG_0002.JPG", a_photo(2))]


def accepted(body: dict[str, list[dict[str, object]]]) -> list[tuple[object, object]]:
    return [(photo["name"], photo["duplicate"]) for photo in body["accepted"]]


async def test_what_is_written_to_a_pipe_is_read(alice: Http) -> None:
    batch = await alice.batch()
    body = (await alice.send(batch, [("album.zip", piped_zip(CARD))])).body
    assert accepted(body) == [("album/DCIM/IMG_0001.JPG", False), ("album/DCIM/IMG_0002.JPG", False)]
    assert (body["rejected"], body["left_out"]) == ([], [])
    await alice.close(batch)
    assert [result["state"] for result in await alice.finished(batch)] == ["done"] * 2


async def test_archives_with_the_same_entries_are_told_apart_and_known_again(alice: Http) -> None:
    """Two cameras number alike, and one picture is on both cards."""
    other = [CARD[0], (CARD[1][0], a_photo(3))]
    cards = [("CamA/card.zip", zipped(CARD)), ("CamB/card.zip", piped_zip(other))]
    batch = await alice.batch()
    names = [f"{camera}/card/{name}" for camera in ("CamA", "CamB") for name, _ in CARD]
    assert accepted((await alice.send(batch, cards)).body) == [(name, False) for name in names]
    for card in reversed(cards):  # in any order, by themselves
        again = accepted((await alice.send(batch, [card])).body)
        assert again == [(name, True) for name in names if name.startswith(card[0].split("/")[0])]
    assert (await alice.call("GET", f"/v1/batches/{batch}")).body["counts"]["accepted"] == 4


async def test_a_zipped_folder_is_called_as_the_folder(alice: Http) -> None:
    batch = await alice.batch()
    await alice.send(batch, [("trip/a.jpg", a_photo(1))])
    body = (await alice.send(batch, [("trip.zip", zipped([("trip/a.jpg", a_photo(1))]))])).body
    assert accepted(body) == [("trip/a.jpg", True)]


async def test_every_file_of_an_archive_is_in_one_list_of_the_receipt(alice: Http) -> None:
    entries = [
        ("nas/IMG_1.JPG", a_photo(1)),
        ("nas/@eaDir/IMG_1.JPG/SYNOPHOTO_THUMB_M.jpg", a_photo(4, (32, 24))),
        ("nas/#recycle/IMG_0.JPG", a_photo(5)),
        ("nas/notes.txt", b"seen at dawn"),
        ("nas/../../evil.jpg", a_photo(6)),
        ("nas/more.zip", zipped(CARD)),
        ("nas/lost.jpg", b""),
    ]
    batch = await alice.batch()
    body = (await alice.send(batch, [("nas.zip", zipped(entries))])).body
    assert accepted(body) == [("nas/IMG_1.JPG", False), *((f"nas/more/{name}", False) for name, _ in CARD)]
    assert [(one["name"], one["code"]) for one in body["rejected"]] == [
        ("nas/evil.jpg", "unsafe-archive"),
        ("nas/lost.jpg", "empty-file"),
    ]
    assert [(one["name"], one["reason"]) for one in body["left_out"]] == [
        ("nas/@eaDir/IMG_1.JPG/SYNOPHOTO_THUMB_M.jpg", "thumbnail"),
        ("nas/#recycle/IMG_0.JPG", "trash"),
        ("nas/notes.txt", "other"),
    ]
    assert sum(map(len, body.values())) == len(entries) - 1 + len(CARD)
    found = (await alice.call("GET", f"/v1/batches/{batch}")).body
    assert (found["counts"]["accepted"], found["refused"], found["left_out"]) == (3, 2, 3)
    listed = (await alice.call("GET", f"/v1/batches/{batch}/refused")).body["refused"]
    told = {(one["name"], one["code"]) for one in listed}
    assert told == {(one["name"], one.get("code", "left-out")) for one in body["rejected"] + body["left_out"]}
    assert {one["detail"] for one in listed} >= {
        "It is passed over with thumbnails.",
        "It is passed over with deleted files.",
        "It is no photo, as far as its name and its first bytes tell (.txt).",
    }


async def test_names_of_other_systems_are_read(alice: Http) -> None:
    names = ["野鳥/カワセミ_ソ.jpg", "野鳥/表.jpg"]
    entries = [RawEntry(name.encode("cp932"), a_photo(number)) for number, name in enumerate(names)]
    batch = await alice.batch()
    body = (await alice.send(batch, [("japan.zip", raw_zip(entries))])).body
    assert accepted(body) == [(f"japan/{name}", False) for name in names]


async def test_a_damaged_archive_keeps_what_is_good(alice: Http) -> None:
    entries = [(f"{number}.jpg", a_photo(number)) for number in range(4)]
    data = bytearray(zipped(entries, zipfile.ZIP_STORED))
    data[data.index(b"1.jpg") + 300] ^= 1
    batch = await alice.batch()
    body = (await alice.send(batch, [("card.zip", bytes(data))])).body
    assert accepted(body) == [(f"card/{number}.jpg", False) for number in (0, 2, 3)]
    assert [(one["name"], one["code"]) for one in body["rejected"]] == [("card/1.jpg", "corrupt-archive")]


async def test_other_kinds_of_archives_are_told_what_to_do(alice: Http) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("a.jpg"), io.BytesIO())
    others = {
        "tar": file.getvalue(),
        "7z": b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(100),
        "RAR": b"Rar!\x1a\x07\x01\x00" + bytes(100),
        "gzip": b"\x1f\x8b\x08\x00" + bytes(100),
    }
    batch = await alice.batch()
    rejected = (await alice.send(batch, [(f"card.{kind}", data) for kind, data in others.items()])).body[
        "rejected"
    ]
    assert [one["code"] for one in rejected] == ["unsupported-type"] * len(others)
    for one, kind in zip(rejected, others, strict=True):
        assert one["detail"].startswith(f"This is a {kind} archive; pack the photos as zip")
