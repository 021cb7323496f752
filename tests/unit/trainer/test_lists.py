"""CUB's and NABirds' lists are read as folders are."""

from pathlib import Path

import pytest

from trainer.data.data_set import DataSet, read_data_set
from trainer.data.errors import DataSetError

IMAGES = 200


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    names = ("001.Black_footed_Albatross", "Western Grebe (Breeding adult)")
    rows = range(IMAGES)
    write = {
        "images.txt": [f"{row} some/{row}.jpg" for row in rows],
        "image_class_labels.txt": [f"{row} {1 + row % 2}" for row in rows],
        "classes.txt": [f"{number} {name}" for number, name in enumerate(names, start=1)],
        "train_test_split.txt": [f"{row} {int(row < 150)}" for row in rows],
    }
    for name, lines in write.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    return tmp_path


def sizes(data: DataSet) -> dict[str, int]:
    return {split: len(data.of(split)) for split in ("train", "valid", "test")}


def test_lists_become_splits_and_species(folder: Path) -> None:
    data = read_data_set(folder)
    assert data.species == ("Black footed Albatross", "Western Grebe (Breeding adult)")
    found = sizes(data)
    assert found["test"] == 50
    assert found["train"] + found["valid"] == 150
    assert 5 <= found["valid"] <= 25
    assert read_data_set(folder) == data, "the same photos are valid's every time"
    assert data.of("test")[0].path == folder / "images" / "some" / "150.jpg"


@pytest.mark.parametrize("name", ["classes.txt", "image_class_labels.txt", "train_test_split.txt"])
def test_a_missing_list_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(DataSetError, match=name):
        read_data_set(folder)


def test_an_image_without_a_class_is_named(folder: Path) -> None:
    labels = (folder / "image_class_labels.txt").read_text().splitlines()
    (folder / "image_class_labels.txt").write_text("\n".join(labels[:-1]))
    with pytest.raises(DataSetError, match="image 199"):
        read_data_set(folder)
