"""A run learns, goes on where it was killed to the same weights, and refuses what can't be."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from typer.testing import CliRunner

from shared.vision.bundle import WEIGHTS_FILE, read_bundle
from shared.vision.loading import load
from tests.unit.trainer.runs import RECIPE, changed, run
from trainer.__main__ import app
from trainer.data.data_set import read_data_set
from trainer.training.checkpoint import load_checkpoint
from trainer.training.models import new_model
from trainer.training.processes import Processes
from trainer.training.recipe import read_recipe
from trainer.training.train import train

CPU = torch.device("cpu")


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "model" / WEIGHTS_FILE)


def checkpoint(folder: Path) -> dict[str, torch.Tensor]:
    state = torch.load(folder / "checkpoint.pt", weights_only=True)
    learner = state["learner"]
    return learner["model"] | {f"averaged {name}": tensor for name, tensor in learner["averaged"].items()}


def assert_same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> None:
    assert one.keys() == other.keys()
    for name, tensor in one.items():
        assert torch.equal(tensor, other[name]), name


@pytest.fixture(scope="module")
def teacher(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of two epochs."""
    folder = tmp_path_factory.mktemp("teacher")
    (folder / "tiny.toml").write_text(RECIPE)
    run("teacher", folder / "tiny.toml", data, folder / "run", *changed("schedule.epochs=2"))
    return folder / "run"


def test_a_run_leaves_a_bundle_and_how_it_came_about(teacher: Path) -> None:
    bundle = read_bundle(teacher / "model")
    assert (bundle.id, bundle.teacher, bundle.dataset) == ("tiny@1", None, "set")
    assert len(bundle.species) == 3
    assert all(bundle.scientific_names.values())
    assert bundle.bird_score is not None
    assert bundle.metrics["photos_of_others"] == 5
    assert len((teacher / "log.csv").read_text().splitlines()) == 1 + 2
    assert (teacher / "curves.png").stat().st_size > 1000
    board = EventAccumulator(str(teacher / "tensorboard")).Reload()
    assert [event.step for event in board.Scalars("macro_f1")] == [1, 2]


@pytest.mark.parametrize(
    "changes",
    [
        ["distil.method=kl"],
        ["distil.method=dist", "distil.label_weight=0.5"],
        ["distil.method=features", "distil.size=96"],
        ["distil.view=whole", "augment.mixup=0"],
        ["run.sampling=balanced", "loss.logit_adjustment=1.0", "run.precision=bf16"],
    ],
)
def test_a_student_learns_in_each_way(
    data: Path, recipe: Path, teacher: Path, tmp_path: Path, changes: list[str]
) -> None:
    run("student", recipe, data, tmp_path / "s", "--teacher", teacher / "model", "--version", "7",
        *changed("model.name=pupil", "schedule.epochs=1", *changes))  # fmt: skip
    bundle = read_bundle(tmp_path / "s" / "model")
    assert (bundle.id, bundle.teacher) == ("pupil@7", "tiny@1")
    assert load(tmp_path / "s" / "model").module(torch.zeros(1, 3, 64, 64)).shape == (1, 3)


def test_photos_without_labels_are_the_teachers_alone(
    data: Path, recipe: Path, teacher: Path, tmp_path: Path
) -> None:
    more = ["--unlabelled", data / "notbird", *changed("schedule.epochs=1")]
    found = run("student", recipe, data, tmp_path / "s", "--teacher", teacher / "model", *more)
    assert "epoch 1" in found
    refused = CliRunner().invoke(
        app,
        [str(one) for one in ("student", recipe, data, tmp_path / "o", "--teacher", teacher / "model", *more,
                              *changed("distil.label_weight=0.5"))],
    )  # fmt: skip
    assert refused.exit_code == 2
    assert "label_weight" in refused.output


def test_a_second_run_goes_on_from_the_bundle_of_a_first(data: Path, recipe: Path, teacher: Path) -> None:
    chosen = read_recipe(str(recipe), [f"model.weights=folder:{teacher / 'model'}"])
    species = list(read_bundle(teacher / "model").species)
    head = weights(teacher)["head.fc.weight"]
    assert torch.equal(new_model(chosen, species).get_classifier().weight, head)  # type: ignore[operator]
    others = new_model(chosen, [*species[:2], "Dodo"]).get_classifier()  # type: ignore[operator]
    assert not torch.equal(others.weight, head), "of other species the head must be new"


def test_two_processes_come_to_the_weights_of_one_with_twice_the_batch(
    data: Path, recipe: Path, tmp_path: Path
) -> None:
    plain = changed("augment.least_area=1.0", "augment.flip=0.0", "augment.colour=0.0", "augment.mixup=0.0",
                    "schedule.epochs=2", "run.accumulate=1")  # fmt: skip
    runs = {
        "one": (["-m", "trainer"], ["run.batch=8"]),
        "two": (["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", "-m", "trainer"],
                ["run.batch=4"]),
    }  # fmt: skip
    for name, (program, batch) in runs.items():
        subprocess.run(
            [sys.executable, *program, "teacher", recipe, data, tmp_path / name, *plain, *changed(*batch)],
            check=True,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
    one, two = (checkpoint(tmp_path / name) for name in runs)
    start = new_model(read_recipe(str(recipe)), ["a", "b", "c"]).state_dict()
    moved = max(float((one[name] - tensor).abs().max()) for name, tensor in start.items())
    apart = max(float((tensor - two[name]).abs().max()) for name, tensor in one.items())
    assert moved > 0.01
    assert apart < 0.001
    assert len((tmp_path / "two" / "log.csv").read_text().splitlines()) == 1 + 2, "one process writes"


def test_processes_keep_the_best_of_what_they_agreed_upon(data: Path, recipe: Path, tmp_path: Path) -> None:
    """Batch norms differ by process, so what this one measures decides nothing where another one speaks."""

    class Overruled(Processes):
        def agreed(self, value: Any) -> Any:
            return 0.125

    chosen = read_recipe(str(recipe), ["schedule.epochs=1"])
    train(chosen, read_data_set(data), tmp_path, version="1", device=CPU, processes=Overruled())
    state = load_checkpoint(tmp_path, CPU)
    assert state is not None
    assert (state["best"], state["last"]) == (0.125, 0.125)


def test_a_run_is_not_taken_up_with_another_recipe(data: Path, recipe: Path, tmp_path: Path) -> None:
    arguments = ["teacher", recipe, data, tmp_path / "t"]
    run(*arguments, *changed("schedule.epochs=1"))
    before = (tmp_path / "t" / "recipe.json").read_text()
    other = [*arguments, *changed("schedule.epochs=2", "optimizer.lr=0.1")]
    refused = CliRunner().invoke(app, [str(one) for one in other])
    assert refused.exit_code == 2
    assert "optimizer" in refused.output
    assert "schedule" in refused.output
    assert (tmp_path / "t" / "recipe.json").read_text() == before
    run(*arguments, *changed("schedule.epochs=1"))


def test_a_tag_of_weights_is_no_part_of_the_bundles_architecture(
    data: Path, recipe: Path, tmp_path: Path
) -> None:
    changes = changed("model.architecture=test_convnext.r160_in1k", "schedule.epochs=1")
    run("teacher", recipe, data, tmp_path / "t", *changes)
    assert read_bundle(tmp_path / "t" / "model").architecture == "test_convnext"


def test_a_run_that_gets_no_better_stops(data: Path, recipe: Path, tmp_path: Path) -> None:
    never = changed("schedule.epochs=9", "schedule.patience=2", "optimizer.lr=1e-12", "schedule.final_lr=0.0")
    run("teacher", recipe, data, tmp_path / "t", *never)
    assert len((tmp_path / "t" / "log.csv").read_text().splitlines()) == 1 + 1 + 2


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
