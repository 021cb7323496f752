"""Weights that somebody else trained become a bundle, or it is said why not."""

from pathlib import Path

import pytest
import timm
import torch
from safetensors.torch import save_file
from typer.testing import CliRunner

from shared.vision.bundle import read_bundle
from shared.vision.loading import load
from trainer.__main__ import app

LABELS = "Cyanocitta cristata (Blue Jay)\nHaemorhous cassinii (Cassin's Finch)\nbackground\n"


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    module = timm.create_model("test_efficientnet", num_classes=3, pad_type="same")
    save_file(module.state_dict(), tmp_path / "theirs.safetensors")
    return tmp_path / "theirs.safetensors"


def adopt(weights: Path, labels: str, *more: str) -> tuple[int, str]:
    (weights.parent / "labels.txt").write_text(labels)
    command = ["adopt", str(weights), str(weights.parent / "labels.txt"), str(weights.parent / "theirs"),
               "--architecture", "test_efficientnet", "--size", "64", *more]  # fmt: skip
    result = CliRunner().invoke(app, command)
    return result.exit_code, result.output


def test_it_answers_as_it_did(weights: Path) -> None:
    assert adopt(weights, LABELS, "--argument", "pad_type=same") == (0, "theirs@1\n")
    bundle = read_bundle(weights.parent / "theirs")
    assert [(one.species, one.scientific_name, one.is_bird) for one in bundle.classes] == [
        ("Blue Jay", "Cyanocitta cristata", True),
        ("Cassin's Finch", "Haemorhous cassinii", True),
        ("Background", None, False),
    ]
    pixels = torch.randn(1, 3, 64, 64)
    torch.manual_seed(0)
    theirs = timm.create_model("test_efficientnet", num_classes=3, pad_type="same").eval()
    assert torch.equal(load(weights.parent / "theirs").module(pixels), theirs(pixels))


@pytest.mark.parametrize(
    ("labels", "more", "said"),
    [
        (LABELS + "Aramus guarauna (Limpkin)\n", (), "cannot be built"),
        (LABELS, ("--argument", "checkpoint_path=x"), "checkpoint_path"),
        ("background\n" * 3, (), "no class is a bird"),
        (LABELS, ("--argument", "nonsense"), "nonsense"),
    ],
)
def test_what_does_not_fit_is_said(weights: Path, labels: str, more: tuple[str, ...], said: str) -> None:
    code, output = adopt(weights, labels, *more)
    assert code == 2, output
    assert said in output
    assert "Traceback" not in output
