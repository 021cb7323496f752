"""What of a data set's folder is a photo of a species, and what only lies beside them."""

import logging
from pathlib import Path

import pytest

from trainer.data.data_set import photos_below, read_data_set


def put(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def test_litter_is_neither_a_photo_nor_a_species_and_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = put(
        tmp_path / ".set",
        "train/WREN/1.jpg",
        "train/WREN/2.JPG",
        "train/WREN/._1.jpg",
        "train/WREN/.DS_Store",
        "train/WREN/@eaDir/1.jpg",
        "train/.ipynb_checkpoints/1-checkpoint.jpg",
        "train/@eaDir/1.jpg",
        "valid/WREN/3.png",
        "notbird/sky.jpg",
        "notbird/deep/er.jpg",
        "notbird/@eaDir/sky.jpg",
    )
    data = read_data_set(folder)
    assert data.species == ("WREN",)
    assert [one.path.relative_to(folder).as_posix() for one in data.examples] == [
        "train/WREN/1.jpg",
        "train/WREN/2.JPG",
        "valid/WREN/3.png",
    ]
    assert [path.name for path in data.no_birds] == ["er.jpg", "sky.jpg"]
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    told = record.getMessage().removeprefix(f"{folder}: passed over ").split(", ")
    assert sorted(told) == ["older copies kept by a system (1)", "system files (1)", "thumbnails (2)"]


def test_a_clean_folder_is_read_without_a_word(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = put(tmp_path, "b/2.jpg", "1.jpg", "notes.txt")
    assert [path.name for path in photos_below(folder)] == ["1.jpg", "2.jpg"]
    assert not caplog.records
