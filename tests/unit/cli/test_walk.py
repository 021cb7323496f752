"""Which files of a folder are photos, and what they are called."""

import inspect
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from api.cli.running import CouldNotRunError
from api.cli.sending.findings import Findings
from api.cli.sending.walk import find_photos

JPEG = b"\xff\xd8\xff\xe0" + bytes(60)
NOBODY = 65534  # user
TIFF = b"II*\x00" + bytes(60)


def write(path: Path, data: bytes = JPEG) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def names(*paths: Path) -> list[str]:
    return [file.name for file in find_photos(paths).files]


def refused(findings: Findings) -> list[tuple[str, str]]:
    return [(file.name, file.reason["detail"]) for file in findings.unreadable if file.reason]


@pytest.fixture
def anybody() -> Iterator[Path]:
    """A folder of somebody who may not read everything, as root may."""
    with tempfile.TemporaryDirectory() as folder:
        user = os.geteuid()
        if user == 0:
            os.chown(folder, NOBODY, -1)
            os.seteuid(NOBODY)
        try:
            yield Path(folder)
        finally:
            os.seteuid(user)


def test_photos_are_named_from_the_given_folder_on(tmp_path: Path) -> None:
    for name in ("b/2.jpg", "a/1.jpg", "3.JPG"):
        write(tmp_path / "test" / name)
    assert names(tmp_path / "test") == ["test/3.JPG", "test/a/1.jpg", "test/b/2.jpg"]
    assert names(tmp_path / "test" / "a") == ["a/1.jpg"]


def test_a_single_file_has_its_base_name(tmp_path: Path) -> None:
    assert names(write(tmp_path / "deep" / "er" / "1.jpg")) == ["1.jpg"]


def test_the_current_folder_has_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "card" / "1.jpg")
    monkeypatch.chdir(tmp_path / "card")
    assert names(Path()) == names(Path("../card/")) == ["card/1.jpg"]


def test_what_is_no_photo_is_skipped_and_counted(tmp_path: Path) -> None:
    write(tmp_path / "1.jpg")
    write(tmp_path / "notes.txt", b"bird on the wire")
    write(tmp_path / "film.mp4", b"\0\0\0\x18ftypmp42")
    write(tmp_path / "LICENSE", b"do as you like")
    write(tmp_path / "raw.xmp", TIFF)
    with ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("a.jpg", JPEG)
    findings = find_photos([tmp_path])
    write(tmp_path / "report.docx", (tmp_path / "more.zip").read_bytes())
    findings = find_photos([tmp_path])
    assert [(Path(file.path).name, file.archive) for file in findings.files] == [
        ("1.jpg", False),
        ("more.zip", True),
    ]
    assert Counter(file.suffix for file in findings.left_out) == {
        ".txt": 1,
        ".mp4": 1,
        "": 1,
        ".docx": 1,
        ".xmp": 1,
    }
    [line] = findings.skipped_lines()
    assert line.startswith("skipped 5 that are no photos: ")


def test_camera_raws_are_photos(tmp_path: Path) -> None:
    for name in ("1.CR2", "2.cr3", "3.NEF", "4.ARW", "5.dng", "6.orf", "7.raf", "8.rw2", "9.pef", "a.iiq"):
        write(tmp_path / "f" / name, TIFF)
    assert len(names(tmp_path / "f")) == 10


def test_photos_are_known_by_content_where_the_name_says_nothing(tmp_path: Path) -> None:
    write(tmp_path / "f" / "IMG_0001")
    write(tmp_path / "f" / "IMG_0002.dat")
    assert names(tmp_path / "f") == ["f/IMG_0001", "f/IMG_0002.dat"]


def test_litter_is_left_out_file_by_file_and_told_by_kind(tmp_path: Path) -> None:
    write(tmp_path / "card" / "1.jpg")
    for name in (
        ".hidden.jpg",
        "._1.jpg",
        ".cache/1.jpg",
        "__MACOSX/a/1.jpg",
        "@eaDir/1/a.jpg",
        "@eaDir/b.jpg",
    ):
        write(tmp_path / "card" / name)
    findings = find_photos([tmp_path / "card"])
    assert [file.name for file in findings.files] == ["card/1.jpg"]
    assert {file.name: file.kind for file in findings.left_out} == {
        "card/.hidden.jpg": "hidden",
        "card/._1.jpg": "system",
        "card/.cache/1.jpg": "hidden",
        "card/__MACOSX/a/1.jpg": "system",
        "card/@eaDir/1/a.jpg": "thumbnail",
        "card/@eaDir/b.jpg": "thumbnail",
    }
    [line] = findings.skipped_lines()
    assert line.startswith("skipped 6 that lie beside photos: ")
    assert "thumbnails (2)" in line


def test_a_folder_that_is_named_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    write(tmp_path / "@eaDir" / "1.jpg")
    assert names(tmp_path / "@eaDir") == ["@eaDir/1.jpg"]


def test_linked_folders_are_read_once(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    photo = write(tmp_path / "elsewhere" / "1.jpg")
    write(folder / "real" / "2.jpg")
    (tmp_path / "elsewhere" / "back").symlink_to(folder)
    for name, target in (
        ("link.jpg", photo),
        ("a link", photo.parent),
        ("another", photo.parent),
        ("circle", folder),
        ("real too", folder / "real"),
    ):
        (folder / name).symlink_to(target)
    findings = find_photos([folder])
    assert [file.name for file in findings.files] == ["f/link.jpg", "f/real/2.jpg", "f/a link/1.jpg"]
    assert sorted(file.name for file in findings.left_out) == [
        "f/a link/back/",
        "f/another/",
        "f/circle/",
        "f/real too/",
    ]
    assert {file.kind for file in findings.left_out} == {"again"}


def test_links_that_lead_to_nothing_or_to_themselves_are_told(tmp_path: Path) -> None:
    write(tmp_path / "f" / "1.jpg")
    (tmp_path / "f" / "broken.jpg").symlink_to(tmp_path / "nowhere")
    (tmp_path / "f" / "self").symlink_to(tmp_path / "f" / "self")
    (tmp_path / "named").symlink_to(tmp_path / "nowhere")
    findings = find_photos([tmp_path / "f", tmp_path / "named"])
    assert [file.name for file in findings.files] == ["f/1.jpg"]
    assert dict(refused(findings)) == {
        "f/broken.jpg": "the link leads to nothing",
        "f/self": "Too many levels of symbolic links",
        "named": "the link leads to nothing",
    }


def test_a_folder_in_another_that_is_given_too_is_read_once(tmp_path: Path) -> None:
    write(tmp_path / "trip" / "day 1" / "1.jpg")
    findings = find_photos([tmp_path / "trip", tmp_path / "trip" / "day 1", tmp_path / "trip"])
    assert [file.name for file in findings.files] == ["trip/day 1/1.jpg"]
    assert [(file.name, file.kind) for file in findings.left_out] == [("day 1/", "again")]


def test_names_tell_the_given_paths_apart(tmp_path: Path) -> None:
    for camera in ("CamA", "CamB"):
        write(tmp_path / camera / "DCIM" / "1.jpg")
    write(tmp_path / "other" / "1.jpg")
    assert names(tmp_path / "CamA" / "DCIM", tmp_path / "CamB" / "DCIM", tmp_path / "other") == [
        "CamA/DCIM/1.jpg",
        "CamB/DCIM/1.jpg",
        "other/1.jpg",
    ]
    photos = [tmp_path / camera / "DCIM" / "1.jpg" for camera in ("CamA", "CamB")]
    assert names(*photos, tmp_path / "other" / "1.jpg") == [
        "CamA/DCIM/1.jpg",
        "CamB/DCIM/1.jpg",
        "other/1.jpg",
    ]


def test_folders_deeper_than_calls_can_go(tmp_path: Path) -> None:
    """By a low limit on calls: a tree deeper than the usual one could not be taken away again."""
    depth = 300
    write(tmp_path / "f" / "/".join("d" * depth) / "1.jpg")
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + depth // 2)
    try:
        found = names(tmp_path / "f")
    finally:
        sys.setrecursionlimit(usual)
    assert [name.count("/d") for name in found] == [depth]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    for findings in (find_photos([tmp_path]), find_photos([tmp_path / "pipe.jpg"])):
        assert not findings.files
        assert [detail for _, detail in refused(findings)] == ["this is neither a file nor a folder"]


def test_a_named_file_is_always_sent(tmp_path: Path) -> None:
    (file,) = find_photos([write(tmp_path / "notes.txt", b"bird on the wire")]).files
    assert (file.name, file.size, file.archive) == ("notes.txt", 16, False)


def test_a_zip_is_known_by_content(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "photos.bin", "w") as archive:
        archive.writestr("a.jpg", JPEG)
    (file,) = find_photos([tmp_path / "photos.bin"]).files
    assert file.archive


def test_names_that_are_no_text_are_made_text(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    write(folder / "ok.jpg")
    os.rename(os.fsencode(folder / "ok.jpg"), os.fsencode(folder) + b"/gr\xfcn\n.jpg")
    assert names(folder) == ["f/gr?n.jpg"]


def test_a_path_that_is_not_there_can_not_run(tmp_path: Path) -> None:
    with pytest.raises(CouldNotRunError, match="missing: No such file"):
        find_photos([tmp_path / "missing"])


def test_a_folder_that_may_not_be_read_harms_only_itself(anybody: Path) -> None:
    write(anybody / "f" / "a" / "1.jpg")
    write(anybody / "f" / "b.jpg")
    (anybody / "f" / "a").chmod(0)
    findings = find_photos([anybody / "f"])
    (anybody / "f" / "a").chmod(0o700)
    assert [file.name for file in findings.files] == ["f/b.jpg"]
    assert refused(findings) == [("f/a", "Permission denied")]


def test_a_named_file_that_may_not_be_read_harms_only_itself(anybody: Path) -> None:
    write(anybody / "a.jpg").chmod(0)
    findings = find_photos([anybody / "a.jpg", write(anybody / "b.jpg")])
    assert [file.name for file in findings.files] == ["b.jpg"]
    assert refused(findings) == [("a.jpg", "Permission denied")]
