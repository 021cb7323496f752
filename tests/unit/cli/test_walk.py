"""Which files of a folder are photos, and what they are called."""

import os
from pathlib import Path
from zipfile import ZipFile

import pytest

from api.cli.running import CouldNotRunError
from api.cli.walk import find_photos

JPEG = b"\xff\xd8\xff\xe0" + bytes(60)
TIFF = b"II*\x00" + bytes(60)


def write(path: Path, data: bytes = JPEG) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def names(*paths: Path) -> list[str]:
    return [file.name for file in find_photos(paths).files]


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
    write(tmp_path / "scan.dat", TIFF)
    with ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("a.jpg", JPEG)
    findings = find_photos([tmp_path])
    assert [file.path.name for file in findings.files] == ["1.jpg"]
    assert findings.skipped == {".txt": 1, ".mp4": 1, "without suffix": 1, ".dat": 1, ".zip": 1}
    assert (findings.skipped_line() or "").startswith("skipped 5 that are no photos: ")


def test_camera_raws_are_photos(tmp_path: Path) -> None:
    for name in ("1.CR2", "2.cr3", "3.NEF", "4.ARW", "5.dng", "6.orf", "7.raf", "8.rw2", "9.pef", "a.iiq"):
        write(tmp_path / "f" / name, TIFF)
    assert len(names(tmp_path / "f")) == 10


def test_photos_are_known_by_content_where_the_name_says_nothing(tmp_path: Path) -> None:
    write(tmp_path / "f" / "IMG_0001")
    write(tmp_path / "f" / "IMG_0002.dat")
    assert names(tmp_path / "f") == ["f/IMG_0001", "f/IMG_0002.dat"]


def test_junk_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    for name in (".hidden.jpg", "._1.jpg", ".cache/1.jpg", "__MACOSX/1.jpg", "@eaDir/1.jpg"):
        write(tmp_path / name)
    findings = find_photos([tmp_path])
    assert not findings.files
    assert not findings.skipped


def test_links_are_followed_to_files_but_not_to_folders(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    photo = write(tmp_path / "elsewhere" / "1.jpg")
    folder.mkdir()
    (folder / "link.jpg").symlink_to(photo)
    (folder / "broken.jpg").symlink_to(tmp_path / "nowhere")
    (folder / "circle").symlink_to(folder)
    assert names(folder) == ["f/link.jpg"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert not find_photos([tmp_path]).files


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


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_harms_only_itself(tmp_path: Path) -> None:
    write(tmp_path / "f" / "a" / "1.jpg")
    write(tmp_path / "f" / "b.jpg")
    (tmp_path / "f" / "a").chmod(0)
    findings = find_photos([tmp_path / "f"])
    (tmp_path / "f" / "a").chmod(0o700)
    assert [file.name for file in findings.files] == ["f/b.jpg"]
    assert findings.unreadable == [("f/a", "Permission denied")]
