"""Every rejection and failure code, provoked through HTTP."""

import struct
import zipfile
from collections.abc import Callable

import pytest

from tests.support import pictures
from tests.support.http import Http
from tests.support.pictures import a_photo, photos, zipped

MIB = 1024 * 1024
JSON = {"Content-Type": "application/json"}


def encrypted_zip() -> bytes:
    """The flag of encryption set in both headers of a plain archive."""
    data = bytearray(zipped([("bird.jpg", a_photo())]))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def bomb() -> bytes:
    """100 MiB of zeros in 100 KiB."""
    return zipped([("bird.jpg", bytes(100 * MIB))])


def broken_zip() -> bytes:
    data = zipped([("a.jpg", a_photo(1)), ("b.jpg", a_photo(2))])
    return data[:200] + bytes(100) + data[300:400]


TEN_BAD_FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "notes.txt": ("unsupported-type", lambda: b"these are no pixels"),
    "empty.jpg": ("empty-file", lambda: b""),
    "huge.jpg": ("too-large", lambda: a_photo() + bytes(64 * MIB)),
    "gigapixel.png": ("too-many-pixels", pictures.too_many_pixels),
    "corrupt.jpg": ("corrupt-image", lambda: b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8),
    "half.jpg": ("truncated-image", pictures.truncated),
    "bomb.zip": ("archive-too-large", bomb),
    "climbing.zip": ("unsafe-archive", lambda: zipped([("../../bird.jpg", a_photo())])),
    "broken.zip": ("corrupt-archive", broken_zip),
    "locked.zip": ("unsafe-archive", encrypted_zip),
}


async def test_fifty_files_of_which_ten_are_bad(alice: Http) -> None:
    """40 answers and 10 reasons; no bad file costs a good one its answer."""
    files = photos(40)
    for place, (name, (_, make)) in enumerate(TEN_BAD_FILES.items()):
        files.insert(5 * place, (name, make()))
    batch = await alice.batch()
    answer = await alice.send(batch, files)
    assert answer.status == 202
    await alice.close(batch)
    results = await alice.finished(batch)
    done = [result["name"] for result in results if result["state"] == "done"]
    assert sorted(done) == [name for name, _ in photos(40)]
    reasons = [rejected["code"] for rejected in answer.body["rejected"]]
    reasons += [result["error"]["code"] for result in results if result["state"] == "failed"]
    assert sorted(reasons) == sorted(code for code, _ in TEN_BAD_FILES.values())


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([("/etc/bird.jpg", a_photo())], "unsafe-archive"),
        ([("C:\\bird.jpg", a_photo())], "unsafe-archive"),
        (
            [("a.zip", zipped([("b.zip", zipped([("c.zip", zipped([("bird.jpg", a_photo())]))]))]))],
            "unsupported-type",
        ),
    ],
)
async def test_archive_entries_that_are_refused(
    alice: Http, entries: list[tuple[str, bytes]], code: str
) -> None:
    batch = await alice.batch()
    rejected = (await alice.send(batch, [("photos.zip", zipped(entries))])).body["rejected"]
    assert [one["code"] for one in rejected] == [code]


async def test_encrypted_archive_is_refused(alice: Http) -> None:
    batch = await alice.batch()
    rejected = (await alice.send(batch, [("photos.zip", encrypted_zip())])).body["rejected"]
    assert [one["code"] for one in rejected] == ["unsafe-archive"]


async def test_archive_is_unpacked_and_junk_left_out(alice: Http) -> None:
    entries = [("trip/a.jpg", a_photo(1)), ("__MACOSX/trip/._a.jpg", b"junk"), ("trip/b.jpg", a_photo(2))]
    entries += [("trip/.DS_Store", b"junk"), ("trip/Thumbs.db", b"junk")]
    batch = await alice.batch()
    for compression in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        body = (await alice.send(batch, [("photos.zip", zipped(entries, compression))])).body
        assert [photo["name"] for photo in body["accepted"]] == ["photos/trip/a.jpg", "photos/trip/b.jpg"]
        assert body["rejected"] == []
        assert [one["name"] for one in body["left_out"]] == [
            "photos/__MACOSX/trip/._a.jpg",
            "photos/trip/.DS_Store",
            "photos/trip/Thumbs.db",
        ]
        assert {one["reason"] for one in body["left_out"]} == {"system", "thumbnail"}


async def test_closed_batch_takes_nothing(alice: Http) -> None:
    batch = await alice.batch()
    place = (await alice.announce(batch, photos(1)))[0]
    await alice.close(batch)
    answer = await alice.send(batch, photos(1))
    assert (answer.status, answer.code) == (409, "batch-closed")
    stated = [{"name": "a.jpg", "size": 1, "sha256": "0" * 64}]
    announced = await alice.call("POST", f"/v1/batches/{batch}/uploads", json={"files": stated})
    assert (announced.status, announced.code) == (409, "batch-closed")
    completed = await alice.complete(batch, [place["photo_id"]])
    assert (completed.status, completed.code) == (409, "batch-closed")


async def test_upload_that_never_came_is_missing(alice: Http) -> None:
    batch = await alice.batch()
    place = (await alice.announce(batch, photos(1)))[0]
    answer = await alice.complete(batch, [place["photo_id"]])
    assert answer.status == 202
    assert [one["code"] for one in answer.body["rejected"]] == ["missing-object"]


async def test_other_bytes_than_announced_fail(alice: Http) -> None:
    batch = await alice.batch()
    real, other = a_photo(1), bytearray(a_photo(1))
    other[-10] ^= 0xFF  # the same size
    place = (await alice.announce(batch, [("a.jpg", real)]))[0]
    assert await alice.put(place, bytes(other)) == 200
    assert len((await alice.complete(batch, [place["photo_id"]])).body["accepted"]) == 1
    await alice.close(batch)
    (result,) = await alice.finished(batch)
    assert (result["state"], result["error"]["code"]) == ("failed", "checksum-mismatch")
    assert result["predictions"] == []


async def test_other_size_than_announced_is_refused_by_storage(alice: Http) -> None:
    batch = await alice.batch()
    place = (await alice.announce(batch, photos(1)))[0]
    assert await alice.put(place, a_photo(0) + b"more") == 403
    rejected = (await alice.complete(batch, [place["photo_id"]])).body["rejected"]
    assert [one["code"] for one in rejected] == ["missing-object"]


@pytest.mark.parametrize("key", [None, "birds_wrong", ""])
async def test_without_a_key_nothing_is_said(alice: Http, key: str | None) -> None:
    headers = {"Authorization": f"Bearer {key}"} if key is not None else {"Authorization": "Basic eA=="}
    answer = await alice.call("GET", "/v1/batches", headers=headers)
    assert (answer.status, answer.code) == (401, "unauthorized")
    assert "WWW-Authenticate" in answer.headers


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "code"),
    [
        ("POST", "/v1/batches", {"data": b"{", "headers": JSON}, 400, "invalid-request"),
        ("POST", "/v1/batches", {"data": b"{}"}, 415, "unsupported-media-type"),
        ("POST", "/v1/batches", {"json": {"lane": "fast"}}, 400, "invalid-request"),
        ("POST", "/v1/batches", {"json": {"top_k": 0}}, 400, "invalid-request"),
        ("POST", "/v1/batches", {"json": {"surprise": 1}}, 400, "invalid-request"),
        ("GET", "/v1/batches?limit=x", {}, 400, "invalid-request"),
        ("GET", "/v1/batches/not-a-uuid", {}, 404, "not-found"),
        ("GET", "/v1/nothing", {}, 404, "not-found"),
        ("PUT", "/v1/batches", {}, 405, "method-not-allowed"),
    ],
)
async def test_bad_requests_are_problems(
    alice: Http, method: str, path: str, options: dict[str, object], status: int, code: str
) -> None:
    answer = await alice.call(method, path, **options)
    assert (answer.status, answer.code) == (status, code)
    assert answer.body["status"] == status
    assert answer.body["title"]


async def test_deflated_size_lies_do_not_help(alice: Http) -> None:
    """An archive that states a small size for a large entry is measured, not believed."""
    data = bytearray(zipped([("bird.jpg", bytes(100 * MIB))]))
    struct.pack_into("<I", data, 22, 1000)  # uncompressed size in the local header
    batch = await alice.batch()
    rejected = (await alice.send(batch, [("liar.zip", bytes(data))])).body["rejected"]
    assert [one["code"] for one in rejected] in (["archive-too-large"], ["corrupt-archive"])
