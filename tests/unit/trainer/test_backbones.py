"""Several trained networks under one fitted head are a model like any other, and can teach a student."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from shared.vision.architecture import SIDE_BY_SIDE
from shared.vision.bundle import InputSpec, read_bundle
from shared.vision.loading import load
from shared.vision.packing import Packing
from shared.vision.preprocess import Interpolation
from shared.vision.side_by_side import SideBySide
from tests.support.models import saved
from trainer.__main__ import app
from trainer.backbones.features import of_networks
from trainer.backbones.logistic import fit, photo_weights
from trainer.backbones.recipe import OURS, BackbonesRecipe
from trainer.data.data_set import read_data_set
from trainer.export import export
from trainer.field_guide.dataset import Plan, make_field_guide
from trainer.training.recipe import read, recipe_names

HALF = (0.5, 0.5, 0.5)
SPEC = InputSpec(size=64, mean=HALF, std=HALF, interpolation=Interpolation.BICUBIC, crop_pct=1.0)

STUDENT = """
[model]
name = "pupil"
architecture = "test_efficientnet"
weights = "scratch"
frozen_blocks = 2
fixed_depthwise = true
frozen_norms = true
no_bird = true

[input]
size = 48
served_size = 64
mean = [0.5, 0.5, 0.5]
std = [0.5, 0.5, 0.5]

[augment]
least_area = 0.6
mixup = 0.2

[distil]
method = "features"

[views]
rounds = 2
size = 64
far = 0.5

[optimizer]
lr = 0.003

[schedule]
epochs = 3
kept = "last"
measure_every = 2

[run]
batch = 8
photos = 24
sampling = "balanced"
ema = 0.9
workers = 0
"""


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "set"
    make_field_guide(folder, Plan(species=3, most=12, least=8, valid=4, test=2, no_birds=12, side=64))
    return folder


@pytest.fixture(scope="module")
def teacher(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of two networks with different sizes and normalisations, one of which takes arguments."""
    folder = tmp_path_factory.mktemp("teacher")
    saved(folder / "one")
    saved(folder / "other", architecture="test_efficientnet", architecture_arguments={"pad_type": "same"})
    (folder / "two.toml").write_text(
        f'[model]\nname = "two"\n[input]\nsize = 64\nmean = [0.5, 0.5, 0.5]\nstd = [0.5, 0.5, 0.5]\n'
        f'[[backbones]]\nbundle = "folder:{folder / "one"}"\nsize = 96\n'
        f'[[backbones]]\nbundle = "folder:{folder / "other"}"\n[head]\nsteps = 60\n'
    )
    said = run("backbones", folder / "two.toml", data, folder / "run")
    assert str(folder / "run" / "model") in said
    return folder / "run"


def test_the_teacher_is_a_model_like_any_other(teacher: Path, data: Path, tmp_path: Path) -> None:
    bundle = read_bundle(teacher / "model")
    assert (bundle.architecture, len(bundle.backbones), len(bundle.species)) == (SIDE_BY_SIDE, 2, 3)
    assert bundle.knows_other_things
    assert bundle.backbones[1].architecture_arguments == {"pad_type": "same"}
    run("evaluate", teacher / "model", data, "--out", tmp_path / "test")
    found = json.loads((tmp_path / "test" / "evaluation.json").read_text())
    assert found["photos"] == 6


def test_each_network_is_shown_the_photo_at_its_own_size_and_normalised_its_own_way(teacher: Path) -> None:
    loaded = load(teacher / "model")
    assert isinstance(loaded.module, SideBySide)
    seen: list[torch.Tensor] = []
    for network in loaded.module.backbones:
        network.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
        stem = next(network.children())
        stem.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    pixels = torch.full((1, 3, 64, 64), (0.485 - 0.5) / 0.5)  # the mean of the others' normalisation, in red
    loaded.module(pixels)
    assert [tuple(one.shape[-2:]) for one in seen] == [(96, 96), (64, 64)]
    for one in seen:
        assert float(one[0, 0].abs().max()) < 1e-5


def test_features_are_computed_once_a_photo_wherever_it_lies(
    teacher: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load(teacher / "model").module
    assert isinstance(model, SideBySide)
    paths = [one.path for one in read_data_set(data).of("valid")]
    first = of_networks(tmp_path, model, SPEC, torch.device("cpu")).of(paths)
    moved = tmp_path / "moved.png"
    moved.write_bytes(paths[0].read_bytes())
    monkeypatch.setattr(model, "raw_features", None)  # whoever asks it now fails
    again = of_networks(tmp_path, model, SPEC, torch.device("cpu")).of([moved, *paths[1:]])
    assert np.array_equal(first, again)


def test_the_fitted_head_is_the_best_one() -> None:
    """Of two classes and one feature the solution is known: where the loss has no slope."""
    features = torch.tensor([[-1.0], [-1.0], [1.0], [1.0], [1.0]])
    labels, weights = torch.tensor([0, 1, 0, 1, 1]), torch.ones(5)
    head = fit(features, labels, weights, classes=2, penalty=0.0, steps=100)
    chances = head(torch.tensor([[-1.0], [1.0]])).softmax(dim=1)[:, 1]
    assert chances.tolist() == pytest.approx([1 / 2, 2 / 3], abs=1e-3)


def test_balanced_species_count_alike() -> None:
    labels = np.array([0] * 5 + [1] * 100)
    weights = photo_weights(labels, 1.0)
    assert weights[:5].sum() == pytest.approx(weights[5:].sum())
    assert set(photo_weights(labels, 0.0)) == {1.0}


def test_a_student_learns_from_views_looked_at_once(teacher: Path, data: Path, tmp_path: Path) -> None:
    (tmp_path / "pupil.toml").write_text(STUDENT)
    out = tmp_path / "run"
    taught = ("student", tmp_path / "pupil.toml", data, out, "--teacher", teacher / "model")
    run(*taught)
    bundle = read_bundle(out / "model")
    assert [one.is_bird for one in bundle.classes] == [True, True, True, False]
    assert bundle.metrics["photos_of_others"] == len(read_data_set(data).no_birds_measured) > 0
    rounds = sorted((out / "views").glob("*/*"))
    assert [one.name for one in rounds] == ["000", "001"], "two rounds for three epochs"
    assert np.load(rounds[0] / "maps.npy").shape[0] == 24
    before = [(path.stat().st_mtime_ns) for path in rounds]
    (out / "checkpoint.pt").unlink()
    run(*taught)  # begins anew, with the views that there are
    assert [path.stat().st_mtime_ns for path in rounds] == before
    assert len((out / "log.csv").read_text().splitlines()) == 1 + 3


def test_frozen_blocks_and_depthwise_kernels_stay(teacher: Path, data: Path, tmp_path: Path) -> None:
    from trainer.training.layers import is_depthwise, lower_part
    from trainer.training.models import new_model, set_learning
    from trainer.training.recipe import read_recipe

    (tmp_path / "pupil.toml").write_text(STUDENT)
    recipe = read_recipe(str(tmp_path / "pupil.toml"))
    model = new_model(recipe, ["a", "b", "c", "d"])
    set_learning(model, recipe.model, epoch=0)
    assert not any(part.requires_grad for part in lower_part(model, 2).parameters())
    kernels = [module.weight.requires_grad for module in model.modules() if is_depthwise(module)]
    assert kernels
    assert not any(kernels)
    assert model.get_classifier().weight.requires_grad  # type: ignore[operator]


def test_lower_and_upper_part_are_the_whole() -> None:
    import timm

    from trainer.training.layers import lower_part, upper_part

    pixels = torch.randn(1, 3, 64, 64)
    for name in ("test_efficientnet", "test_convnext"):
        model = timm.create_model(name).eval()
        parts = upper_part(model, 1)(lower_part(model, 1)(pixels))
        assert torch.allclose(parts, model.forward_features(pixels), atol=1e-5)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("model.frozen_blocks=0", "frozen_blocks"),
        ("distil.method=kl", "views"),
        ("model.architecture=test_vit", "frozen_blocks"),
    ],
)
def test_views_that_cannot_be_kept_are_refused(
    teacher: Path, data: Path, tmp_path: Path, change: str, said: str
) -> None:
    (tmp_path / "pupil.toml").write_text(STUDENT)
    arguments = ("student", tmp_path / "pupil.toml", data, tmp_path / "o", "--teacher", teacher / "model")
    result = CliRunner().invoke(app, [*map(str, arguments), "--set", change])
    assert result.exit_code == 2, result.output
    assert said in result.output


@pytest.mark.parametrize("name", recipe_names(OURS))
def test_every_recipe_of_ours_can_be_followed_and_says_why(name: str) -> None:
    assert read(BackbonesRecipe, name, folder=OURS).model.name == name
    for line in (OURS / f"{name}.toml").read_text().splitlines():
        assert " = " not in line or "  # " in line, line


def test_one_network_alone_stays_what_it_was_with_another_head(data: Path, tmp_path: Path) -> None:
    saved(tmp_path / "one")
    (tmp_path / "one.toml").write_text(
        f'[model]\nname = "alone"\n[input]\nsize = 64\n'
        f'[[backbones]]\nbundle = "folder:{tmp_path / "one"}"\n[head]\nsteps = 60\nfolds = 0\n'
    )
    run("backbones", tmp_path / "one.toml", data, tmp_path / "run")
    found = load(tmp_path / "run" / "model")
    assert (found.bundle.architecture, found.bundle.backbones) == ("test_convnext", ())
    before = load(tmp_path / "one").module
    pixels = torch.randn(2, 3, 64, 64)
    assert torch.equal(
        found.module.forward_features(pixels),  # type: ignore[operator]
        before.forward_features(pixels),  # type: ignore[operator]
    )
    run("evaluate", tmp_path / "run" / "model", data, "--split", "train", "--out", tmp_path / "train")
    learned = json.loads((tmp_path / "train" / "evaluation.json").read_text())
    assert learned["accuracy"]["value"] > 0.9, "of what it was fitted to"


def test_a_head_is_fitted_to_networks_as_they_ship(data: Path, tmp_path: Path) -> None:
    saved(tmp_path / "one")
    (tmp_path / "one.toml").write_text(
        f'[model]\nname = "alone"\npacking = "int8"\n[input]\nsize = 64\n'
        f'[[backbones]]\nbundle = "folder:{tmp_path / "one"}"\n[head]\nsteps = 5\nfolds = 0\n'
    )
    run("backbones", tmp_path / "one.toml", data, tmp_path / "run")
    export(tmp_path / "one", tmp_path / "small", Packing.INT8)
    pixels = torch.randn(2, 3, 64, 64)
    ours, theirs = (
        load(folder).module.forward_features(pixels)  # type: ignore[operator]
        for folder in (tmp_path / "run" / "model", tmp_path / "small")
    )
    torch.testing.assert_close(ours, theirs)
