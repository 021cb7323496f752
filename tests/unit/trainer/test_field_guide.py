"""The drawn data set: always the same, unbalanced, and nothing in it twice."""

import hashlib
from pathlib import Path

import pytest

from shared.vision.taxonomy import find
from trainer.data.data_set import read_data_set
from trainer.data.errors import DataSetError
from trainer.field_guide.dataset import Plan, make_field_guide
from trainer.field_guide.plumage import species
from trainer.inspection.report import inspect

SMALL = Plan(species=3, most=6, least=2, valid=2, test=2, no_birds=2, side=64)


def digests(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        make_field_guide(tmp_path / name, SMALL)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_it_is_unbalanced_and_has_nothing_twice(tmp_path: Path) -> None:
    make_field_guide(tmp_path, SMALL)
    data = read_data_set(tmp_path)
    report = inspect(data, processes=1)
    assert sorted(report.counts["train"].values()) == [2, 3, 6]
    assert report.imbalance == 3
    assert (report.broken, report.repeats, report.leaks, report.missing) == ((), (), (), [])
    assert set(data.scientific_names) == set(data.species)


def test_no_drawn_species_is_a_real_one() -> None:
    assert [one.name for one in species(72) if find(one.name) or find(one.scientific_name)] == []


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    with pytest.raises(FileExistsError):
        make_field_guide(tmp_path, SMALL)


def test_species_have_names_of_their_own() -> None:
    guide = species(72)
    assert len({one.name for one in guide}) == len({one.scientific_name for one in guide}) == 72
    with pytest.raises(ValueError, match="72 species"):
        species(73)


def test_a_folder_without_photos_is_no_data_set(tmp_path: Path) -> None:
    with pytest.raises(DataSetError, match="neither train"):
        read_data_set(tmp_path)
