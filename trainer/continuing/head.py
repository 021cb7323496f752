"""A head that moves and grows: fitted to labels, to what it said before, and not far from where it was."""

from dataclasses import dataclass

import torch
from torch.nn import functional

from trainer.backbones.logistic import minimise
from trainer.continuing.recipe import ContinuedHead


@dataclass(frozen=True, slots=True)
class Lessons:
    """`features` (N, width), `labels` (N,), `weights` (N,): how much each photo counts.

    `centred`: the mean over all that the parent was taught is 0; else that of these photos stands in for it.
    """

    features: torch.Tensor
    labels: torch.Tensor
    weights: torch.Tensor
    centred: bool


def continued_head(
    before: torch.nn.Linear, lessons: Lessons, classes: int, section: ContinuedHead
) -> torch.nn.Linear:
    """(width → `classes`), of which the first are `before`'s.

    Three things pull: cross-entropy of the labels; the answers of `before` among its own classes, wherever
    these were not wrong (learning without forgetting: Li and Hoiem, 2016); and where `before` was (L2-SP: Li
    et al., 2018). New species have the known ones' mean bias, and it stays: where few known species are
    among the photos, a free one would make everything new.
    """
    known, old = before.out_features, before.weight.detach()
    features, middle, scale = _of_length_one(lessons)
    weight, bias = old / scale, before.bias.detach() + old @ middle
    said = functional.linear(features, weight, bias).log_softmax(dim=1)
    was_wrong = (lessons.labels < known) & (said.argmax(dim=1) != lessons.labels)
    shares = lessons.weights / lessons.weights.sum()
    kept = shares * ~was_wrong * section.keep
    shown = len(set(lessons.labels.tolist()))  # of many species each has a small share of the loss
    anchor, penalty = section.anchor / shown, section.penalty / shown
    moved = weight.clone().requires_grad_()
    moved_bias = bias.clone().requires_grad_()
    grown = torch.zeros(classes - known, weight.shape[1], requires_grad=True)
    grown_bias = bias.mean().expand(classes - known)

    def loss() -> torch.Tensor:
        ours = functional.linear(features, moved, moved_bias)
        logits = torch.cat([ours, functional.linear(features, grown, grown_bias)], dim=1)
        labelled = functional.cross_entropy(logits, lessons.labels, reduction="none") @ shares
        apart = functional.kl_div(ours.log_softmax(dim=1), said, log_target=True, reduction="none")
        away = (moved - weight).square().sum() + (moved_bias - bias).square().sum()
        return labelled + apart.sum(dim=1) @ kept + anchor * away + penalty * grown.square().sum()

    minimise([moved, moved_bias, grown], loss, section.steps)
    head = torch.nn.Linear(weight.shape[1], classes)
    with torch.no_grad():
        head.weight.copy_(torch.cat([moved, grown]) * scale)
        head.bias.copy_(torch.cat([moved_bias, grown_bias]) - head.weight @ middle)
    return head.requires_grad_(False)


def _of_length_one(lessons: Lessons) -> tuple[torch.Tensor, torch.Tensor, float]:
    """Features of length 1 on average: penalties then mean the same of any model; their middle and scale."""
    found = lessons.features
    middle = torch.zeros(found.shape[1]) if lessons.centred else found.mean(dim=0)
    length = float((found - middle).square().sum(dim=1).mean().sqrt())
    scale = 1 / max(length, 1e-6)
    return (found - middle) * scale, middle, scale
