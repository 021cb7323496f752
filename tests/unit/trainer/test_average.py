"""Averaged weights lie between two models' that are one network, and no bird's output keeps the birds."""

from pathlib import Path

import numpy as np
import pytest
import torch

from shared.errors import BirdsError
from shared.vision.loading import load, save
from tests.support.models import fields, saved
from trainer.average import average
from trainer.evaluation.bird_score import BIRDS_KEPT, no_bird_metrics, no_bird_shift


def test_a_share_of_the_second_is_taken(tmp_path: Path) -> None:
    saved(tmp_path / "a")
    first = load(tmp_path / "a").module.state_dict()
    save(tmp_path / "b", {name: 2 * part for name, part in first.items()}, **fields())
    average(tmp_path / "a", tmp_path / "b", tmp_path / "between", 0.3)
    for name, part in load(tmp_path / "between").module.state_dict().items():
        assert torch.allclose(part, 1.3 * first[name])


def test_other_networks_are_refused(tmp_path: Path) -> None:
    saved(tmp_path / "a")
    saved(tmp_path / "b", architecture="test_efficientnet")
    with pytest.raises(BirdsError, match="different networks"):
        average(tmp_path / "a", tmp_path / "b", tmp_path / "c", 0.5)


def test_the_shift_keeps_as_many_birds_as_it_should() -> None:
    logits = np.random.default_rng(0).normal(size=(1000, 6)).astype(np.float32)
    shifted = logits.copy()
    shifted[:, -1] += no_bird_shift(logits, 5, 0.5)
    kept = no_bird_metrics(shifted, shifted, 5, 0.5)["birds_called_birds"]
    assert kept == pytest.approx(BIRDS_KEPT, abs=0.002)
