"""What is wrong with a data set is found."""

import random
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from trainer.__main__ import app
from trainer.data.data_set import read_data_set
from trainer.field_guide.dataset import Plan, make_field_guide
from trainer.inspection.report import inspect


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_field_guide(tmp_path / "set", Plan(species=3, most=5, least=3, valid=2, test=2, no_birds=0, side=96))
    return tmp_path / "set"


def first_of(folder: Path, split: str) -> Path:
    return next(path for path in sorted((folder / split).rglob("*.jpg")))


def test_a_copy_in_another_split_is_a_leak(folder: Path) -> None:
    source = first_of(folder, "train")
    (folder / "test" / source.parent.name / "copy.jpg").write_bytes(source.read_bytes())
    [leak] = inspect(read_data_set(folder), processes=1).leaks
    assert leak.exact
    assert {leak.first.path.name, leak.second.path.name} == {source.name, "copy.jpg"}


def test_a_smaller_and_recompressed_copy_is_the_same_picture(folder: Path) -> None:
    source = first_of(folder, "train")
    with Image.open(source) as image:
        image.resize((70, 70)).save(folder / "valid" / source.parent.name / "small.jpg", quality=60)
    [leak] = inspect(read_data_set(folder), processes=1).leaks
    assert not leak.exact
    assert leak.second.path.name == "small.jpg"


def test_broken_files_and_missing_species_are_named(folder: Path) -> None:
    source = first_of(folder, "train")
    source.write_bytes(source.read_bytes()[:300])
    for path in (folder / "valid" / source.parent.name).iterdir():
        path.unlink()
    report = inspect(read_data_set(folder), processes=1)
    assert [one.path for one in report.broken] == [source]
    assert report.missing == [("valid", source.parent.name)]


def test_the_command_refuses_leaks_unless_told(folder: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke
    sheet = tmp_path / "sheet.png"
    sound = run(app, ["inspect", str(folder), "--sheet", str(sheet)])
    assert sound.exit_code == 0, sound.output
    with Image.open(sheet) as image:
        assert image.width == 12 * 128
    source = random.Random(1).choice(sorted((folder / "train").rglob("*.jpg")))
    (folder / "test" / source.parent.name / "copy.jpg").write_bytes(source.read_bytes())
    assert run(app, ["inspect", str(folder)]).exit_code == 1
    assert run(app, ["inspect", str(folder), "--allow-leaks"]).exit_code == 0
    assert run(app, ["inspect", str(tmp_path / "nothing")]).exit_code == 2
