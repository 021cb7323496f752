"""Files on their way: grouped, hashed, and encoded as a form that the server reads."""

import asyncio
import hashlib
import os
from pathlib import Path

import pytest

from api.client.files import (
    BLOCK_BYTES,
    GROUP_BYTES,
    GROUP_FILES,
    MAX_NAME,
    FileChangedError,
    LocalFile,
    clean_name,
    grouped,
)
from api.client.form import PhotoForm
from api.intake.multipart import MultipartReader, boundary_of


def file_of(size: int, archive: bool = False) -> LocalFile:
    return LocalFile(Path("x"), "x", size, archive)


@pytest.mark.parametrize(
    ("files", "sizes"),
    [
        ([], []),
        ([file_of(1)] * (GROUP_FILES + 1), [GROUP_FILES, 1]),
        ([file_of(GROUP_BYTES // 2)] * 3, [2, 1]),
        ([file_of(2 * GROUP_BYTES), file_of(1)], [1, 1]),
        ([file_of(1), file_of(1, archive=True), file_of(1), file_of(1)], [1, 1, 2]),
    ],
)
def test_groups_are_bounded_and_archives_alone(files: list[LocalFile], sizes: list[int]) -> None:
    groups = list(grouped(files))
    assert [len(group) for group in groups] == sizes
    assert [file for group in groups for file in group] == files


def test_a_digest_is_of_the_file_that_was_found(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"bird")
    file = LocalFile.found(path)
    assert file.sha256() == hashlib.sha256(b"bird").hexdigest()
    path.write_bytes(b"birds")
    with pytest.raises(FileChangedError):
        file.sha256()


async def read_form(form: PhotoForm) -> dict[str, bytes]:
    blocks = form.body()

    async def read() -> bytes:
        return await anext(blocks, b"")

    reader = MultipartReader(read, boundary_of(form.headers["Content-Type"]))
    parts = {}
    while (part := await reader.next_file()) is not None:
        name, _ = part
        data = b""
        while piece := await reader.read():
            data += piece
        parts[name] = data
    return parts


async def test_the_server_reads_the_form_as_it_was_meant(tmp_path: Path) -> None:
    contents = {
        "trip/1.jpg": b"one",
        'q"u;o=t\\e%22.jpg': b"\r\n--two\r\n",
        "Zürich/鳥 é.jpg": bytes(range(256)) * 5000,  # over several blocks
        "empty.jpg": b"",
    }
    files = []
    for number, (name, data) in enumerate(contents.items()):
        path = tmp_path / str(number)
        path.write_bytes(data)
        files.append(LocalFile(str(path), name, len(data)))
    sent: list[int] = []
    form = PhotoForm(files, sent.append)
    assert await read_form(form) == contents
    assert await read_form(form) == contents  # as where a request is repeated
    assert not form.unreadable
    assert sum(sent) > sum(len(data) for data in contents.values())


async def test_files_that_vanished_or_changed_are_left_out_and_noted(tmp_path: Path) -> None:
    files = []
    for name in ("gone", "changed", "stays"):
        (tmp_path / name).write_bytes(b"bird")
        files.append(LocalFile.found(tmp_path / name))
    await asyncio.to_thread((tmp_path / "gone").unlink)
    await asyncio.to_thread((tmp_path / "changed").write_bytes, b"another bird")
    form = PhotoForm(files, lambda _: None)
    assert await read_form(form) == {"stays": b"bird"}
    assert [file.name for file in form.unreadable] == ["gone", "changed"]


@pytest.mark.parametrize("first", [True, False])
async def test_a_file_that_fails_in_its_middle_breaks_the_form_off_and_is_left_out_of_the_next(
    tmp_path: Path, first: bool
) -> None:
    """Else its part would swallow the next one, or pass for a whole file."""
    (tmp_path / "large").write_bytes(bytes(3 * BLOCK_BYTES))
    (tmp_path / "other").write_bytes(b"bird")
    names = ["large", "other"] if first else ["other", "large"]
    form = PhotoForm([LocalFile.found(tmp_path / name) for name in names], lambda _: None)
    body = form.body()
    sent = await anext(body)
    os.truncate(tmp_path / "large", BLOCK_BYTES + 1)
    with pytest.raises(FileChangedError):
        while True:
            sent += await anext(body)
    assert not sent.endswith(b"--\r\n")
    assert [file.name for file in form.unreadable] == ["large"]
    assert await read_form(form) == {"other": b"bird"}


@pytest.mark.parametrize("size", [3, 5])
async def test_a_small_file_that_changes_costs_no_request(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"bird")
    file = LocalFile.found(path)
    path.write_bytes(bytes(size))
    form = PhotoForm([file], lambda _: None)
    assert await read_form(form) == {}
    assert list(form.unreadable) == [file]


def test_names_are_lines_of_text_that_a_server_takes() -> None:
    assert clean_name("a\nb\x00\udcff.jpg") == "ab?.jpg"
    long = clean_name("d/" * 2000 + "deep.jpg")
    assert len(long) == MAX_NAME
    assert long.endswith("/d/deep.jpg")


def named(*names: str, size: int = 10) -> list[LocalFile]:
    return [LocalFile(name, name, size) for name in names]


@pytest.mark.parametrize("pair", [("b.CR2", "b.JPG"), ("b.JPG", "b.CR2", "b.dng")])
def test_a_raw_file_travels_with_its_picture_however_full_the_group_is(pair: tuple[str, ...]) -> None:
    before = named(*(f"a{number:03}.JPG" for number in range(GROUP_FILES - 1)))
    after = named("c.JPG", "d.JPG")
    assert list(grouped([*before, *named(*pair), *after])) == [[*before, *named(*pair)], after]
    large = named(*pair, size=GROUP_BYTES)
    assert list(grouped([*before, *large, *after])) == [before, large, after]


def test_files_of_one_stem_are_a_pair_only_with_a_raw_file() -> None:
    series = named(*(f"frame.{number:04}" for number in range(GROUP_FILES + 1)))
    assert [len(group) for group in grouped(series)] == [GROUP_FILES, 1]
    archives = [LocalFile(name, name, 1, archive=True) for name in ("a.zip", "a.NEF")]
    assert [len(group) for group in grouped(archives)] == [1, 1]
