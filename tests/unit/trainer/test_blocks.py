"""A network from scratch learns, block by block, what another one of its shape does."""

import copy
from pathlib import Path
from typing import Any

import pytest
import timm
import torch
from typer.testing import CliRunner

from shared.vision.architecture import Backbone
from shared.vision.bundle import read_bundle
from shared.vision.loading import load
from shared.vision.looking import Looking
from shared.vision.side_by_side import SideBySide
from tests.support.models import INPUT, saved
from trainer.__main__ import app
from trainer.blocks.blocks import block_loss, blocks_of, maps_of
from trainer.blocks.folding import fold_norms
from trainer.blocks.learn import Step, learn_blocks
from trainer.blocks.recipe import OURS, BlocksRecipe
from trainer.data.data_set import read_data_set
from trainer.field_guide.dataset import Plan, make_field_guide
from trainer.training.recipe import RecipeError, read, recipe_names

CPU = torch.device("cpu")
PUPIL = """
[model]
name = "pupil"
architecture = "test_efficientnet"
[input]
size = 64
[augment]
flip = 0.5
[optimizer]
lr = 0.004
weight_decay = 0.0
[lesson]
batch = 8
steps = 80
norms_learn = 20
together_from = 0.8
keep_every = 10
workers = 0
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawn") / "birds"
    make_field_guide(folder, Plan(species=3, most=12, least=8, valid=2, test=2, no_birds=0, side=64))
    return folder


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("teacher")
    saved(folder, architecture="test_efficientnet")
    return folder


@pytest.fixture
def recipe(tmp_path: Path) -> BlocksRecipe:
    (tmp_path / "pupil.toml").write_text(PUPIL)
    return read(BlocksRecipe, str(tmp_path / "pupil.toml"), [], OURS)


def learned(recipe: BlocksRecipe, data: Path, teacher: Path, out: Path, until: int = 10_000) -> list[Step]:
    paths = [one.path for one in read_data_set(data).of("train")]
    found = []
    for step in learn_blocks(recipe, paths, load(teacher), out, version="1", device=CPU):
        found.append(step)
        if step.number == until:
            break
    return found


def test_the_pupil_comes_to_do_what_the_teacher_does(
    recipe: BlocksRecipe, data: Path, teacher: Path, tmp_path: Path
) -> None:
    steps = learned(recipe, data, teacher, tmp_path / "run")
    missed = [sum(step.missed) / len(step.missed) for step in steps]
    begun, taught = (
        sum(missed[20:30]),
        sum(missed[54:64]),
    )  # norms stay from 20 on, all learn together from 64
    assert taught < begun / 2
    bundle = read_bundle(tmp_path / "run" / "model")
    assert (bundle.name, bundle.teacher, bundle.classes) == ("pupil", "small@1", load(teacher).bundle.classes)


def test_a_lesson_that_was_stopped_goes_on(
    recipe: BlocksRecipe, data: Path, teacher: Path, tmp_path: Path
) -> None:
    learned(recipe, data, teacher, tmp_path / "run", until=25)
    again = learned(recipe, data, teacher, tmp_path / "run")
    assert [step.number for step in again] == list(range(20, 80)), "from the last checkpoint"


def test_a_teacher_of_another_shape_is_refused(recipe: BlocksRecipe, data: Path, tmp_path: Path) -> None:
    saved(tmp_path / "other")
    with pytest.raises(RecipeError, match="architecture"):
        learned(recipe, data, tmp_path / "other", tmp_path / "run")


def test_the_same_block_misses_nothing_of_a_part_of_a_large_map(teacher: Path) -> None:
    """Whatever part is cut out: what a cut hides from a block is not compared."""
    blocks = blocks_of(load(teacher).module)
    maps = maps_of(blocks, torch.randn(2, 3, 64, 64))
    for block, given, wanted in zip(blocks, maps, maps[1:], strict=False):
        for _ in range(5):
            assert float(block_loss(block, given, wanted, window=8).detach()) < 1e-5


@pytest.mark.parametrize("change", ["augment.mixup=0.2", "optimizer.layer_decay=0.7"])
def test_what_has_no_meaning_in_a_lesson_is_refused(change: str) -> None:
    with pytest.raises(RecipeError, match=change.partition("=")[0].partition(".")[2]):
        read(BlocksRecipe, "birds525-eye", [change], OURS)


def test_by_command(data: Path, teacher: Path, tmp_path: Path) -> None:
    (tmp_path / "pupil.toml").write_text(PUPIL)
    out = tmp_path / "run"
    arguments = ["blocks", str(tmp_path / "pupil.toml"), str(data), str(out), "--teacher", str(teacher)]
    result = CliRunner().invoke(app, [*arguments, "--set", "lesson.steps=12", "--set", "optimizer.clip=1.0"])
    assert result.exit_code == 0, result.output
    assert read_bundle(out / "model").name == "pupil"


def test_the_recipes_that_come_with_it_can_be_read() -> None:
    names = recipe_names(OURS)
    assert "birds525-eye" in names
    for name in names:
        read(BlocksRecipe, name, [], OURS)


def test_networks_side_by_side_tell_where_something_stands_out() -> None:
    """Each place by all networks, and no answer changes; maps of other sizes are brought to the largest."""
    backbones = [
        Backbone(architecture="test_efficientnet", size=size, mean=INPUT.mean, std=INPUT.std)
        for size in (64, 96)
    ]
    model = SideBySide(backbones, INPUT, 5).eval()
    photos = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        logits, places = Looking(model)(photos)
        torch.testing.assert_close(logits, model(photos))
        sides = [one.shape[-1] for one in model.forward_features(photos)]
    assert places.shape == (2, max(sides), max(sides))


@pytest.mark.parametrize("padding", ["", "same"])
def test_folded_norms_give_the_maps_and_the_gradients_of_unfolded_ones(padding: str) -> None:
    plain: Any = timm.create_model("test_efficientnet", pad_type=padding).double()
    for norm in plain.modules():
        if isinstance(norm, torch.nn.BatchNorm2d):
            for values in (norm.running_mean, norm.running_var, norm.weight.data, norm.bias.data):
                assert values is not None
                values.uniform_(0.5, 2)
    folded = copy.deepcopy(plain)
    fold_norms(folded)
    pixels = torch.randn(4, 3, 64, 64).double()

    for one in (plain.eval(), folded.eval()):
        one.forward_features(pixels).pow(2).mean().backward()

    torch.testing.assert_close(folded.forward_features(pixels), plain.forward_features(pixels))
    for ours, theirs in zip(folded.parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(ours.grad, theirs.grad)


def test_folded_norms_measure_where_they_train() -> None:
    plain: Any = timm.create_model("test_efficientnet").train()
    folded = copy.deepcopy(plain)
    fold_norms(folded)
    pixels = torch.randn(4, 3, 64, 64)

    torch.testing.assert_close(folded(pixels), plain(pixels))

    torch.testing.assert_close(folded.state_dict(), plain.state_dict())
