"""XMP files beside photos, in a zip, read by exiftool."""

import asyncio
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.http.export.archive import stream_sidecars
from api.http.export.sidecars import SidecarExport, sidecar_name
from shared.records import Photo
from tests.unit.api.formats.batch import HOSTILE, Kept, a_batch, mallard
from tests.unit.cli.xmp import exiftool
from tests.unit.cli.xmp.exiftool import needs_exiftool


def zipped(photos: list[Photo]) -> zipfile.ZipFile:
    async def all() -> bytes:
        made_at = datetime(2026, 6, 1, tzinfo=UTC)
        blocks = stream_sidecars(SidecarExport(), Kept(photos), made_at, lambda: b"")
        return b"".join([block async for block in blocks])

    return zipfile.ZipFile(io.BytesIO(asyncio.run(all())))


@needs_exiftool
def test_each_photo_of_a_bird_has_one_where_programs_look(tmp_path: Path) -> None:
    pair = mallard(1, name="card/IMG_1.JPG", companions=["card/IMG_1.CR2"])
    zipped([pair]).extractall(tmp_path)
    assert sorted(path.name for path in (tmp_path / "card").iterdir()) == ["IMG_1.JPG.xmp", "IMG_1.xmp"]
    for path in (tmp_path / "card").iterdir():
        assert exiftool.read(path)["Subject"] == ["Mallard", "Anas platyrhynchos"]
        assert exiftool.complaints(path) == ""


def test_what_is_not_in_it_is_told_and_adds_up() -> None:
    photos = a_batch()
    archive = zipped(photos)
    assert archive.testzip() is None
    number, *reasons = archive.comment.decode().split("; ")
    left_out = {why: int(photos) for why, _, photos in (reason.partition("=") for reason in reasons)}
    assert int(number) == sum(left_out.values())
    assert left_out | {"same-name": 0} == {
        "refused": 1, "left-out": 1, "failed": 1, "not-a-bird": 2, "uncertain": 1, "same-name": 0
    }  # fmt: skip
    sidecars = len(archive.namelist()) - 1  # README.txt
    assert sidecars == len(set(archive.namelist())) - 1
    assert sidecars + int(number) == len(photos) + 2


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_within_the_folder(name: str) -> None:
    sidecar = sidecar_name(name)
    assert sidecar.endswith(".xmp")
    assert not sidecar.startswith(("/", "."))
    assert ".." not in sidecar
    assert "\\" not in sidecar


def test_there_is_an_end_to_the_files_that_it_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.http.export.sidecars.MOST", 2)
    archive = zipped([mallard(seq, name=f"{seq}.jpg") for seq in range(1, 5)])
    assert archive.comment == b"4; refused=1; left-out=1; too-many-files=2"
