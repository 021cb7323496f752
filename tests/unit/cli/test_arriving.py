"""When a photo that arrives in a folder is complete."""

from pathlib import Path

import pytest

from api.cli.running import CouldNotRunError
from api.cli.sending.arriving import Arriving


def names(arriving: Arriving) -> list[str]:
    files = arriving.look()
    arriving.took(files)
    return [Path(file.path).name for file in files]


def test_a_photo_is_told_once_when_it_has_stopped_growing(tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    arriving = Arriving(tmp_path)
    photo.write_bytes(b"1")
    assert names(arriving) == []
    photo.write_bytes(b"12")
    assert names(arriving) == []
    assert names(arriving) == ["a.jpg"]
    assert names(arriving) == []


def test_what_changes_after_it_was_told_is_told_again(tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"1")
    arriving = Arriving(tmp_path)
    assert [names(arriving), names(arriving)] == [[], ["a.jpg"]]
    photo.write_bytes(b"12")
    assert [names(arriving), names(arriving), names(arriving)] == [[], ["a.jpg"], []]


def test_what_was_not_taken_is_told_again(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"1")
    arriving = Arriving(tmp_path)
    assert [len(arriving.look()) for _ in range(3)] == [0, 1, 1]


def test_a_name_of_what_is_being_copied_waits_for_the_other_name(tmp_path: Path) -> None:
    part = tmp_path / "a.jpg.part"
    part.write_bytes(b"\xff\xd8\xff\xe0")
    (tmp_path / "empty.jpg").touch()
    arriving = Arriving(tmp_path)
    assert [names(arriving), names(arriving)] == [[], []]
    part.rename(tmp_path / "a.jpg")
    assert [names(arriving), names(arriving)] == [[], ["a.jpg"]]


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(CouldNotRunError):
        Arriving(tmp_path / "pulled").look()
