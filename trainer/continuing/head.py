"""A head that moves and grows: fitted to labels, to what it said before, and not far from where it was."""

from dataclasses import dataclass

import torch
from torch.nn import functional

from trainer.backbones.logistic import minimise
from trainer.continuing.recipe import ContinuedHead

SURE = 0.9
"""Probability of a class where it is remembered."""
_STRIDE, _STRIDES = 1.1, 40  # up to 45 times the photos' distance from their middle


@dataclass(frozen=True, slots=True)
class Lessons:
    """`features` (N, width), `labels` (N,), `weights` (N,): how much each photo counts."""

    features: torch.Tensor
    labels: torch.Tensor
    weights: torch.Tensor


def continued_head(
    before: torch.nn.Linear, lessons: Lessons, classes: int, section: ContinuedHead
) -> torch.nn.Linear:
    """(width → `classes`), of which the first are `before`'s.

    Four things pull: cross-entropy of the labels; the answers of `before` among its own classes, wherever
    these were not wrong (learning without forgetting: Li and Hoiem, 2016); where `before` was (L2-SP: Li et
    al., 2018); and `remembered` places, so that a new species is told from known ones that no photo shows.
    """
    known = before.out_features
    middle = lessons.features.mean(dim=0)
    scale = 1 / _square(lessons.features - middle).div(len(lessons.labels)).sqrt().clamp(min=1e-6)
    features = (lessons.features - middle) * scale  # of length 1: a penalty means the same of any model
    weight = before.weight.detach() / scale
    bias = before.bias.detach() + before.weight.detach() @ middle
    said = functional.linear(features, weight, bias).log_softmax(dim=1)
    was_wrong = (lessons.labels < known) & (said.argmax(dim=1) != lessons.labels)
    shares = lessons.weights / lessons.weights.sum()
    kept = shares * ~was_wrong * section.keep

    unseen = torch.tensor([one for one in range(known) if one not in set(lessons.labels.tolist())])
    places = remembered(weight, bias)[unseen.long()]
    says_there = functional.linear(places, weight, bias).softmax(dim=1)

    head = torch.nn.Linear(features.shape[1], classes)
    with torch.no_grad():
        head.weight.zero_()
        head.bias.fill_(float(bias.mean()))
        head.weight[:known], head.bias[:known] = weight, bias

    def loss() -> torch.Tensor:
        logits = head(features)
        labelled = functional.cross_entropy(logits, lessons.labels, reduction="none") @ shares
        ours = logits[:, :known].log_softmax(dim=1)
        apart = functional.kl_div(ours, said, log_target=True, reduction="none").sum(dim=1) @ kept
        there = -(says_there * head(places).log_softmax(dim=1)[:, :known]).sum() / max(len(places), 1)
        moved = _square(head.weight[:known] - weight) + _square(head.bias[:known] - bias)
        grown = _square(head.weight[known:])
        return labelled + apart + section.memory * there + section.anchor * moved + section.penalty * grown

    minimise(head, loss, section.steps)
    found = torch.nn.Linear(features.shape[1], classes)
    with torch.no_grad():
        found.weight.copy_(head.weight * scale)
        found.bias.copy_(head.bias - found.weight @ middle)
    return found.requires_grad_(False)


def remembered(weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """(classes, width): of each class the nearest place to 0, in its own direction, where a head is SURE.

    Photos of known species are not at hand when a model goes on; its weights still say where they lay.
    """
    towards = functional.normalize(weight - weight.mean(dim=0), dim=1)
    own = torch.arange(len(weight))
    reach = torch.ones(len(weight), 1)
    for _ in range(_STRIDES):
        sure = functional.linear(reach * towards, weight, bias).softmax(dim=1)[own, own]
        reach = torch.where((sure < SURE)[:, None], reach * _STRIDE, reach)
    return reach * towards


def _square(part: torch.Tensor) -> torch.Tensor:
    return part.square().sum()
