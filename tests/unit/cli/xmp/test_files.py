"""Files that are tagged: JPEGs of which nothing but the XMP changes, sidecars where each program looks."""

import os
import stat
from pathlib import Path

import pytest

from api.cli.handover.xmp import files
from api.cli.handover.xmp.files import is_tagged, replace, sidecar_of, tag_file
from api.cli.handover.xmp.jpeg import MOST, packet_of, with_packet
from shared.xmp.packet import NO_TAGS, Tags
from shared.xmp.tree import UnreadableXmpError
from tests.support.pictures import a_photo
from tests.unit.cli.xmp import exiftool
from tests.unit.cli.xmp.exiftool import needs_exiftool
from tests.unit.cli.xmp.test_packet import HERON, LIGHTROOM, MALLARD

LONG_AGO = 1_500_000_000_123_456_789


def scan(data: bytes) -> bytes:
    """From the tables on: everything that makes the picture."""
    return data[data.index(b"\xff\xdb") :]


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2) + body


@pytest.fixture
def jpeg(tmp_path: Path) -> Path:
    path = tmp_path / "IMG.JPG"
    path.write_bytes(a_photo(1, (320, 240)))
    os.chmod(path, 0o640)
    os.utime(path, ns=(LONG_AGO, LONG_AGO))
    return path


def embed(path: Path, tags: Tags, *, dry_run: bool = False) -> bool:
    return tag_file(path, tags, embed=True, dry_run=dry_run)


@needs_exiftool
def test_a_jpeg_keeps_its_picture_its_mode_and_its_time(jpeg: Path) -> None:
    exiftool.write(jpeg, "-EXIF:Artist=Ada", "-XMP:Rating=4", "-XMP-dc:Subject=holiday")
    os.utime(jpeg, ns=(LONG_AGO, LONG_AGO))
    before = jpeg.read_bytes()
    assert embed(jpeg, HERON)
    after = jpeg.read_bytes()
    assert scan(after) == scan(before)
    found = exiftool.read(jpeg)
    assert (found["Artist"], found["Rating"]) == ("Ada", 4)
    assert found["Subject"] == ["holiday", "Great Blue Heron", "Ardea herodias"]
    assert exiftool.complaints(jpeg) == ""
    status = os.stat(jpeg)
    assert (stat.S_IMODE(status.st_mode), status.st_mtime_ns) == (0o640, LONG_AGO)
    assert os.listdir(jpeg.parent) == ["IMG.JPG"]
    assert not embed(jpeg, HERON)
    assert is_tagged(jpeg)
    assert embed(jpeg, MALLARD)
    assert exiftool.read(jpeg)["Subject"] == ["holiday", "Mallard", "Anas platyrhynchos"]


def test_a_dry_run_changes_nothing(jpeg: Path) -> None:
    before = jpeg.read_bytes()
    assert embed(jpeg, HERON, dry_run=True)
    assert tag_file(jpeg, HERON, embed=False, dry_run=True)
    assert (os.listdir(jpeg.parent), jpeg.read_bytes()) == (["IMG.JPG"], before)


def test_the_packet_stands_behind_exif_and_all_else_is_as_it_was(jpeg: Path) -> None:
    data = jpeg.read_bytes()
    exif, multi = segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"), segment(0xE2, b"MPF\0MM\0*")
    odd = data[:2] + exif + b"\xff" + multi + data[2:] + b"a second picture, and what a phone hangs on"
    tagged = with_packet(odd, b"<xmp/>")
    inserted = len(tagged) - len(odd)
    at = 2 + len(exif)
    assert tagged[:at] + tagged[at + inserted :] == odd
    assert packet_of(tagged) == b"<xmp/>"
    assert with_packet(tagged, b"<xmp />")[at + inserted + 1 :] == odd[at:]


def test_a_packet_behind_a_list_of_pictures_is_left_alone(jpeg: Path) -> None:
    data = jpeg.read_bytes()
    xmp = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + LIGHTROOM)
    jpeg.write_bytes(data[:2] + segment(0xE2, b"MPF\0MM\0*") + xmp + data[2:])
    before = jpeg.read_bytes()
    with pytest.raises(UnreadableXmpError, match="more pictures"):
        embed(jpeg, HERON)
    assert jpeg.read_bytes() == before


def test_room_that_was_left_is_used_before_there_is_none(jpeg: Path) -> None:
    end = b'<?xpacket end="w"?>'
    padded = b"<xmp/>" + b" " * MOST + end
    assert packet_of(with_packet(jpeg.read_bytes(), padded)) == b"<xmp/>\n" + end
    with pytest.raises(UnreadableXmpError, match="no room"):
        with_packet(jpeg.read_bytes(), b"<" * (MOST + 1))


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8\xff", b"\xff\xd8\xff\xe1\xff\xff", b"\xff\xd8\xff\xe0\0\x02x", b"PNG"]
)
def test_a_broken_jpeg_is_left_alone(data: bytes) -> None:
    with pytest.raises(UnreadableXmpError):
        with_packet(data, b"<xmp/>")


def test_a_link_stays_one(jpeg: Path) -> None:
    link = jpeg.with_name("link.jpg")
    link.symlink_to(jpeg)
    assert embed(link, HERON)
    assert link.is_symlink()
    assert is_tagged(jpeg)


def test_a_file_that_changes_meanwhile_is_left_alone(jpeg: Path) -> None:
    before = os.stat(jpeg)
    jpeg.write_bytes(b"something else")
    with pytest.raises(OSError, match="changed"):
        replace(jpeg, b"tagged", before, keep_time=True)
    assert (os.listdir(jpeg.parent), jpeg.read_bytes()) == (["IMG.JPG"], b"something else")


def test_a_disk_that_is_full_leaves_the_photo_whole(jpeg: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    before = jpeg.read_bytes()
    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        embed(jpeg, HERON)
    assert (os.listdir(jpeg.parent), jpeg.read_bytes()) == (["IMG.JPG"], before)


@pytest.mark.parametrize(
    ("there", "photo", "sidecar"),
    [
        ([], "IMG.JPG", "IMG.JPG.xmp"),
        ([], "IMG.CR2", "IMG.xmp"),
        (["IMG.CR2"], "IMG.JPG", "IMG.JPG.xmp"),
        (["IMG.CR2", "IMG.xmp"], "IMG.JPG", "IMG.JPG.xmp"),  # that one is the raw file's
        (["IMG.JPG", "IMG.xmp"], "IMG.CR2", "IMG.xmp"),
        (["IMG.XMP"], "IMG.JPG", "IMG.XMP"),
        (["IMG.jpg.XMP", "IMG.xmp"], "IMG.jpg", "IMG.jpg.XMP"),
        (["IMG.CR2.xmp"], "IMG.CR2", "IMG.CR2.xmp"),
        (["IMG.DNG"], "IMG.CR2", "IMG.CR2.xmp"),
        (["IMG_2.xmp"], "IMG.JPG", "IMG.JPG.xmp"),
    ],
)
def test_a_sidecar_lies_where_programs_look(
    there: list[str], photo: str, sidecar: str, tmp_path: Path
) -> None:
    for name in (*there, photo):
        (tmp_path / name).write_bytes(b"")
    assert sidecar_of(tmp_path / photo).name == sidecar


def test_a_sidecar_of_another_program_is_added_to(jpeg: Path) -> None:
    sidecar = jpeg.with_name("IMG.JPG.xmp")
    sidecar.write_bytes(LIGHTROOM)
    assert tag_file(jpeg, HERON, embed=False, dry_run=False)
    assert b"Great Blue Heron" in sidecar.read_bytes()
    assert b"At the pond" in sidecar.read_bytes()
    assert tag_file(jpeg, NO_TAGS, embed=False, dry_run=False)
    assert sidecar.read_bytes() == LIGHTROOM


def test_a_sidecar_of_an_earlier_run_says_what_the_photo_says(jpeg: Path) -> None:
    tag_file(jpeg, HERON, embed=False, dry_run=False)
    assert embed(jpeg, MALLARD)
    sidecar = jpeg.with_name("IMG.JPG.xmp").read_bytes()
    assert b"Mallard" in sidecar
    assert b"Heron" not in sidecar


def test_what_has_no_tags_gets_no_sidecar(jpeg: Path) -> None:
    assert not tag_file(jpeg, NO_TAGS, embed=False, dry_run=False)
    assert os.listdir(jpeg.parent) == ["IMG.JPG"]
