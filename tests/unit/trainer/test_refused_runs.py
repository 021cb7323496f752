"""What a run can't be made of is said in one line, by name."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.unit.trainer.runs import changed
from trainer.__main__ import app
from trainer.data.data_set import read_data_set
from trainer.field_guide.dataset import Plan, make_field_guide
from trainer.training.recipe import RECIPES, RecipeError, read_recipe, recipe_names


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("optimizer.lr=-1", "optimizer.lr"),
        ("optimizer.speed=1", "optimizer.speed"),
        ("model.architecture=convnext_enormous", "model.architecture"),
        ("model.weights=hearsay", "hearsay"),
        ("nonsense", "section.name=value"),
        ("distil.view=whole", "mixup"),
        ("run.batch=100", "fill a batch"),
    ],
)
def test_a_recipe_that_cannot_be_followed_says_where(
    data: Path, recipe: Path, tmp_path: Path, change: str, said: str
) -> None:
    result = CliRunner().invoke(
        app, ["teacher", str(recipe), str(data), str(tmp_path / "o"), "--set", change]
    )
    assert result.exit_code == 2, result.output
    assert said in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("workers", [0, 2])
def test_a_file_that_is_no_photo_is_named(recipe: Path, tmp_path: Path, workers: int) -> None:
    make_field_guide(tmp_path / "set", Plan(species=2, most=8, least=8, valid=2, test=1, no_birds=0, side=64))
    broken = read_data_set(tmp_path / "set").of("train")[3].path
    broken.write_bytes(broken.read_bytes()[:200])
    result = CliRunner().invoke(
        app,
        [
            "teacher",
            str(recipe),
            str(tmp_path / "set"),
            str(tmp_path / "o"),
            *changed(f"run.workers={workers}"),
        ],
    )
    assert result.exit_code == 2
    assert result.output.startswith(f"birds-train: {broken}: ")
    assert "Traceback" not in result.output


@pytest.mark.parametrize("device", ["abacus", "cuda:99"])
def test_a_device_that_is_not_there_is_named(data: Path, recipe: Path, tmp_path: Path, device: str) -> None:
    command = ["teacher", str(recipe), str(data), str(tmp_path / "o"), "--device", device]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 2
    assert device in result.output
    assert "Traceback" not in result.output


def test_two_folders_of_one_species_are_named(recipe: Path, tmp_path: Path) -> None:
    data = tmp_path / "set"
    make_field_guide(data, Plan(species=2, most=4, least=4, valid=2, test=1, no_birds=0, side=64))
    for split in ("train", "valid", "test"):
        folders = sorted((data / split).iterdir())
        for folder, label in zip(folders, ("ROCK DOVE", "Rock Pigeon"), strict=True):
            folder.rename(folder.with_name(label))
    result = CliRunner().invoke(app, ["teacher", str(recipe), str(data), str(tmp_path / "o")])
    assert result.exit_code == 2
    assert "ROCK DOVE and Rock Pigeon are one species, Rock Dove" in " ".join(result.output.split())


def test_a_species_without_photos_to_train_on_is_named(recipe: Path, tmp_path: Path) -> None:
    make_field_guide(tmp_path / "set", Plan(species=2, most=4, least=4, valid=2, test=1, no_birds=0, side=64))
    species = read_data_set(tmp_path / "set").species[0]
    for path in (tmp_path / "set" / "train" / species).iterdir():
        path.unlink()
    result = CliRunner().invoke(app, ["teacher", str(recipe), str(tmp_path / "set"), str(tmp_path / "o")])
    assert result.exit_code == 2
    assert species in result.output


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_of_ours_can_be_followed_and_says_why(name: str) -> None:
    assert read_recipe(name).model.name == name.replace("-cpu", "")
    for line in (RECIPES / f"{name}.toml").read_text().splitlines():
        assert " = " not in line or "  # " in line, line


def test_an_unknown_recipe_names_those_that_there_are() -> None:
    with pytest.raises(RecipeError, match="field-guide-teacher"):
        read_recipe("hearsay")
