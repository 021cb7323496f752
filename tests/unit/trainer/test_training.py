"""A run learns, goes on where it was killed to the same weights, and refuses what can't be."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from typer.testing import CliRunner

from shared.vision.bundle import WEIGHTS_FILE, read_bundle
from trainer.__main__ import app
from trainer.data.data_set import read_data_set
from trainer.field_guide.dataset import Plan, make_field_guide
from trainer.training.losses import AdjustedLoss, DistTask
from trainer.training.recipe import RecipeError, read_recipe, recipe_names

RECIPE = """
[model]
name = "tiny"
architecture = "test_convnext"
weights = "scratch"

[input]
size = 64

[augment]
least_area = 0.6
flip = 0.5
colour = 0.2
mixup = 0.2

[distil]
method = "kl"

[optimizer]
lr = 0.003
clip = 1.0

[schedule]
epochs = 3
warmup_epochs = 1

[run]
batch = 8
accumulate = 2
ema = 0.9
workers = 0
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "set"
    make_field_guide(folder, Plan(species=3, most=16, least=12, valid=4, test=2, no_birds=0, side=64))
    return folder


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(RECIPE)
    return path


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output
    return result.output


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "model" / WEIGHTS_FILE)


def checkpoint(folder: Path) -> dict[str, torch.Tensor]:
    state = torch.load(folder / "checkpoint.pt", weights_only=True)
    return {**state["model"], **{f"averaged {name}": tensor for name, tensor in state["averaged"].items()}}


def assert_same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> None:
    assert one.keys() == other.keys()
    for name, tensor in one.items():
        assert torch.equal(tensor, other[name]), name


def test_a_teacher_and_its_student_become_bundles(data: Path, recipe: Path, tmp_path: Path) -> None:
    run("teacher", recipe, data, tmp_path / "t", "--set", "schedule.epochs=2")
    teacher = tmp_path / "t" / "model"
    run("student", recipe, data, tmp_path / "s", "--teacher", teacher, "--version", "7",
        "--set", "model.name=pupil", "--set", "distil.method=dist", "--set", "schedule.epochs=1")  # fmt: skip
    bundle = read_bundle(tmp_path / "s" / "model")
    assert (bundle.id, bundle.teacher, bundle.dataset) == ("pupil@7", "tiny@1", "set")
    assert len(bundle.species) == 3
    assert all(bundle.scientific_names.values())
    assert bundle.recipe["distil"]["method"] == "dist"
    assert len((tmp_path / "t" / "log.csv").read_text().splitlines()) == 1 + 2


def in_a_process(*arguments: object) -> subprocess.Popen[str]:
    """Of its own: how many threads a process computes with changes the last bits."""
    command = [sys.executable, "-m", "trainer", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_run_that_was_killed_comes_to_the_same_weights(data: Path, recipe: Path, tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    with in_a_process("teacher", recipe, data, killed) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("epoch 1")
        process.send_signal(signal.SIGKILL)  # in the second epoch
    assert torch.load(killed / "checkpoint.pt", weights_only=True)["done"] < 3
    for folder in (whole, killed):
        with in_a_process("teacher", recipe, data, folder) as process:
            process.communicate()
        assert process.returncode == 0
    assert_same(checkpoint(whole), checkpoint(killed))
    assert_same(weights(whole), weights(killed))


def test_the_same_seed_gives_the_same_weights_and_another_gives_others(
    data: Path, recipe: Path, tmp_path: Path
) -> None:
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        run(
            "teacher",
            recipe,
            data,
            tmp_path / name,
            "--set",
            "schedule.epochs=1",
            "--set",
            f"run.seed={seed}",
        )
    assert_same(weights(tmp_path / "a"), weights(tmp_path / "b"))
    with pytest.raises(AssertionError):
        assert_same(weights(tmp_path / "a"), weights(tmp_path / "c"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("optimizer.lr=-1", "optimizer.lr"),
        ("optimizer.speed=1", "optimizer.speed"),
        ("model.architecture=convnext_enormous", "model.architecture"),
        ("model.weights=hearsay", "hearsay"),
        ("nonsense", "section.name=value"),
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


def test_a_species_without_photos_to_train_on_is_named(recipe: Path, tmp_path: Path) -> None:
    make_field_guide(tmp_path / "set", Plan(species=2, most=4, least=4, valid=2, test=1, no_birds=0, side=64))
    species = read_data_set(tmp_path / "set").species[0]
    for path in (tmp_path / "set" / "train" / species).iterdir():
        path.unlink()
    result = CliRunner().invoke(app, ["teacher", str(recipe), str(tmp_path / "set"), str(tmp_path / "o")])
    assert result.exit_code == 2
    assert species in result.output


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_of_ours_can_be_followed(name: str) -> None:
    assert read_recipe(name).model.name


def test_an_unknown_recipe_names_those_that_there_are() -> None:
    with pytest.raises(RecipeError, match="field-guide-teacher"):
        read_recipe("hearsay")


def test_logit_adjustment_is_as_in_the_paper() -> None:
    logits, target = torch.zeros(1, 2), torch.tensor([1])
    plain = torch.nn.CrossEntropyLoss()
    adjusted = AdjustedLoss(plain, counts=[90, 10], tau=1.0)
    # With equal logits the adjusted model says what the frequencies say.
    assert float(adjusted(logits, target)) == pytest.approx(-torch.tensor(0.1).log().item())
    assert float(AdjustedLoss(plain, [90, 10], tau=0.0)(logits, target)) == pytest.approx(
        float(plain(logits, target))
    )


def test_dist_asks_for_the_order_and_not_for_the_height() -> None:
    from trainer.training.losses import _unlikeness

    rows = torch.tensor([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]])
    assert float(_unlikeness(rows, 0.5 * rows + 0.1)) == pytest.approx(0, abs=1e-6)
    assert float(_unlikeness(rows, -rows)) == pytest.approx(2)
    assert issubclass(DistTask, torch.nn.Module)
