"""Losses, norms and sampling by themselves."""

from pathlib import Path

import numpy as np
import pytest
import torch

from trainer.training.losses import AdjustedLoss, DistTask
from trainer.training.models import hold_norms
from trainer.training.recipe import RunSection
from trainer.training.sampling import drawn


def test_held_norms_keep_their_averages_while_the_rest_learns() -> None:
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 1), torch.nn.BatchNorm2d(4)).train()
    hold_norms(model)
    before = model[1].running_mean.clone()  # type: ignore[union-attr, operator]
    model(torch.randn(8, 3, 4, 4)).sum().backward()
    assert torch.equal(model[1].running_mean, before)  # type: ignore[arg-type]
    assert model[0].weight.grad is not None
    assert model[1].weight.grad is not None


def test_rare_species_are_drawn_as_often_as_frequent_ones() -> None:
    paths = [Path(str(number)) for number in range(1000)]
    targets = np.array([0] * 900 + [1] * 100)
    shares = {}
    for sampling in ("shuffled", "square-root", "balanced"):
        _, found = drawn(paths, targets, RunSection(batch=2, sampling=sampling), epoch=0)
        assert len(found) == 1000
        shares[sampling] = float(found.mean())
    assert shares["shuffled"] == 0.1
    assert shares["square-root"] == pytest.approx(0.25, abs=0.05)
    assert shares["balanced"] == pytest.approx(0.5, abs=0.05)


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
