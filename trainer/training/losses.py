"""What is made small: timm's losses, adjusted to rare species where the recipe wants it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from timm.loss import create_classification_loss
from timm.task import FeatureDistillationTask, LogitDistillationTask, TrainingTask
from torch.nn import functional

from trainer.training.recipe import Recipe
from trainer.training.views import UpperPart


class AdjustedLoss(torch.nn.Module):
    """Logit adjustment (Menon et al., 2021): a species must beat its frequency, so rare ones do not drown."""

    adjustment: torch.Tensor

    def __init__(self, loss: torch.nn.Module, counts: Sequence[int], tau: float) -> None:
        super().__init__()
        frequency = torch.tensor(counts, dtype=torch.float32) / sum(counts)
        self.register_buffer("adjustment", tau * frequency.log())
        self._loss = loss

    def forward(self, logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        adjusted: torch.Tensor = self._loss(logits + self.adjustment, target)
        return adjusted


def criterion(recipe: Recipe, counts: Sequence[int], soft_targets: bool) -> torch.nn.Module:
    """`counts` are photos to train on by class; `soft_targets`: mixup makes them."""
    smoothing = 0.0 if soft_targets else recipe.loss.smoothing  # else mixup has smoothed them
    loss: torch.nn.Module = create_classification_loss("ce", smoothing=smoothing, soft_targets=soft_targets)
    tau = recipe.loss.logit_adjustment
    return AdjustedLoss(loss, counts, tau) if tau else loss


class DistTask(LogitDistillationTask):
    """DIST (Huang et al., 2022): match how the teacher ranks species in a photo, and photos in a species."""

    student_mean: torch.Tensor
    student_std: torch.Tensor

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> dict[str, torch.Tensor]:
        student = self.trainable_module(input)
        with torch.no_grad():
            seen = self.teacher.normalize_input(input, self.student_mean, self.student_std)
            teacher = self.teacher(seen, return_features=False)
        ours, theirs = ((logits / self.temperature).softmax(dim=1) for logits in (student, teacher))
        between = _unlikeness(ours, theirs)
        within = _unlikeness(ours.t(), theirs.t())
        distance = self.temperature**2 * (between + within)
        labelled = self.criterion(student, target)
        loss = self.task_loss_weight * labelled + self.distill_loss_weight * distance
        return {"loss": loss, "output": student, "task_loss": labelled, "kd_loss": distance}


class FeaturesTask(FeatureDistillationTask):
    """KL of the answers, and DIST's likeness of the features below them, before the last layer.

    Of a few thousand photos a student learns little from species alone. The features say how birds differ
    that the species' names do not: as many numbers a photo as the teacher has features.
    """

    student_mean: torch.Tensor
    student_std: torch.Tensor

    def __init__(self, *args: Any, temperature: float, feature_weight: float, **options: Any) -> None:
        super().__init__(*args, **options)
        self.temperature, self.feature_weight = temperature, feature_weight

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> dict[str, torch.Tensor]:
        student, ours = self.trainable_module(input)
        with torch.no_grad():
            seen = self.teacher.normalize_input(input, self.student_mean, self.student_std)
            theirs = self.teacher(seen, return_features=True)
            teacher = self.teacher.model.get_classifier()(theirs)  # type: ignore[operator]
        answers = _divergence(student, (teacher / self.temperature).log_softmax(dim=1), self.temperature)
        features = _unlikeness(ours, theirs) + _unlikeness(ours.t(), theirs.t())
        labelled = self.criterion(student, target)
        loss = (
            self.task_loss_weight * labelled
            + self.distill_loss_weight * answers
            + self.feature_weight * features
        )
        return {"loss": loss, "output": student, "task_loss": labelled, "kd_loss": answers}


class ViewsTask(TrainingTask):
    """KL of the answers and likeness of the features, as FeaturesTask, of views looked at before."""

    def __init__(
        self, upper: UpperPart, *, temperature: float, weight: float, feature_weight: float, mixup: float
    ) -> None:
        super().__init__(verbose=False)
        self.trainable_module = upper
        self.temperature, self.weight, self.feature_weight = temperature, weight, feature_weight
        self.mixup = mixup

    def forward(  # type: ignore[override]  # its targets are two tensors
        self, input: torch.Tensor, target: tuple[torch.Tensor, torch.Tensor]
    ) -> dict[str, torch.Tensor]:
        """`input` are maps, `target` the teacher's logits and features; all are mixed in pairs by mixup."""
        logits, theirs = target
        wanted = (logits / self.temperature).softmax(dim=1)
        if self.mixup:  # of maps (Verma et al., 2019: Manifold Mixup)
            share = float(np.random.beta(self.mixup, self.mixup))
            input, wanted, theirs = (
                share * part + (1 - share) * part.flip(0) for part in (input, wanted, theirs)
            )
        student, ours = self.trainable_module(input)
        answers = _divergence(student, wanted.clamp(min=1e-8).log(), self.temperature)
        features = _unlikeness(ours, theirs) + _unlikeness(ours.t(), theirs.t())
        loss = self.weight * answers + self.feature_weight * features
        return {"loss": loss, "output": student, "kd_loss": answers}


def _divergence(student: torch.Tensor, wanted: torch.Tensor, temperature: float) -> torch.Tensor:
    """Kullback-Leibler's, of logits (B, classes) from the logarithm of probabilities."""
    found: torch.Tensor = temperature**2 * functional.kl_div(
        (student / temperature).log_softmax(dim=1), wanted, log_target=True, reduction="batchmean"
    )
    return found


def _unlikeness(ours: torch.Tensor, theirs: torch.Tensor) -> torch.Tensor:
    """1 - Pearson's correlation of the rows, averaged."""
    a, b = (rows - rows.mean(dim=1, keepdim=True) for rows in (ours, theirs))
    return 1 - functional.cosine_similarity(a, b, dim=1).mean()
