"""A model, who teaches it, and what changes its weights: all of a run but photos and files."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import torch
from timm.optim import create_optimizer_v2
from timm.scheduler import create_scheduler_v2
from timm.task import ClassificationTask, LogitDistillationTask, TrainingTask
from timm.utils import unwrap_model

from shared.vision.loading import LoadedModel
from trainer.training.layers import lower_part
from trainer.training.losses import DistTask, FeaturesTask, ViewsTask, criterion
from trainer.training.models import alone, new_model, set_learning, teacher_of, teacher_width
from trainer.training.photos import mixer, whole_photos
from trainer.training.processes import Processes
from trainer.training.recipe import Recipe, ViewsSection
from trainer.training.views import Seer, UpperPart

CHANNELS_LAST = torch.channels_last  # how processors and GPUs alike convolve faster, by half and more

Batches = Iterable[tuple[torch.Tensor, Any]]


class Learner:
    """Learns an epoch at a time, and says all that it needs to go on from there."""

    def __init__(
        self,
        recipe: Recipe,
        counts: dict[str, int],
        device: torch.device,
        teacher: LoadedModel | None,
        processes: Processes,
    ) -> None:
        """`counts` are the photos to train on by species, in order. Raises RecipeError, BirdsError."""
        self._recipe, self._device, self._teacher = recipe, device, teacher
        self._mix = None if recipe.views else mixer(recipe, len(counts))
        self._task = _task(recipe, counts, teacher, self._mix is not None).to(device)
        self._task.to(memory_format=CHANNELS_LAST)
        self._model = _trained(self._task)
        set_learning(self._model, recipe.model, recipe.model.frozen_epochs)  # the optimizer takes what learns
        self._averaged = None
        if recipe.run.ema is not None:
            self._averaged = self._task.setup_ema(recipe.run.ema, use_warmup=True)
        section = recipe.optimizer
        self._optimizer = create_optimizer_v2(
            self._model,
            section.name,
            lr=section.lr,
            weight_decay=section.weight_decay,
            layer_decay=section.layer_decay,
        )
        self._schedule, _ = create_scheduler_v2(
            self._optimizer,
            num_epochs=recipe.schedule.epochs,
            warmup_epochs=recipe.schedule.warmup_epochs,
            warmup_lr=section.lr / 100,
            min_lr=recipe.schedule.final_lr,
        )
        if recipe.run.compile:
            self._task.compile()
        if processes.count > 1:
            ids = [device.index] if device.type == "cuda" else None
            # A frozen layer gets no gradient to wait for.
            self._task.prepare_distributed(ids, find_unused_parameters=recipe.model.frozen_epochs > 0)
        self._steps = 0

    @property
    def kept(self) -> torch.nn.Module:
        """What the bundle is made of: the averaged weights, where the recipe averages; for measuring."""
        return alone(self._averaged or self._model).eval()

    @property
    def lr(self) -> float:
        return float(max(group["lr"] for group in self._optimizer.param_groups))

    def seer(self, views: ViewsSection, no_birds: Sequence[Path]) -> Seer:
        """How the frozen blocks and the teacher look at views."""
        task, section = self._task, self._recipe.input
        assert isinstance(task, ViewsTask)
        assert self._teacher is not None
        mean, std = (
            torch.tensor(part, device=self._device).view(1, 3, 1, 1) for part in (section.mean, section.std)
        )
        wise = teacher_of(self._teacher, views.size).to(self._device).eval()
        return Seer(
            lower=lower_part(alone(self._model), self._recipe.model.frozen_blocks).eval(),
            teacher=wise,
            normalised=lambda seen: wise.normalize_input(seen, mean, std),
            size=section.size,
            far=views.far,
            places=whole_photos(no_birds, self._recipe),
            device=self._device,
        )

    def learn(self, epoch: int, batches: Batches, ticked: Callable[[int], None]) -> float:
        """One pass over the photos, counted from 0; returns the mean loss. `ticked` is told batch sizes."""
        self._schedule.step(epoch)
        self._task.train()
        set_learning(self._model, self._recipe.model, epoch)
        self._optimizer.zero_grad()  # of passes at the end of the last epoch that were too few for a step
        losses = []
        for number, (pixels, targets) in enumerate(batches, start=1):
            losses.append(self._pass(pixels, targets))
            if number % self._recipe.run.accumulate == 0:
                self._step()
            ticked(len(pixels))
        return float(np.mean(losses))

    def _pass(self, pixels: torch.Tensor, targets: Any) -> float:
        pixels = pixels.to(self._device, memory_format=CHANNELS_LAST, non_blocking=True)
        targets = _moved(targets, self._device)
        if self._mix is not None:
            pixels, targets = self._mix(pixels, targets)
        with self._precision():
            loss = self._task(pixels, targets)["loss"]
        (loss / self._recipe.run.accumulate).backward()
        return float(loss.detach())

    def _step(self) -> None:
        if self._recipe.optimizer.clip is not None:
            torch.nn.utils.clip_grad_norm_(self._model.parameters(), self._recipe.optimizer.clip)
        self._optimizer.step()
        self._optimizer.zero_grad()
        self._steps += 1
        self._task.update_ema(step=self._steps)

    def _precision(self) -> Any:
        if self._recipe.run.precision == "fp32":
            return nullcontext()
        return torch.autocast(self._device.type, torch.bfloat16)

    def state(self) -> dict[str, Any]:
        return {
            "model": unwrap_model(self._model).state_dict(),
            "averaged": None if self._averaged is None else self._averaged.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "steps": self._steps,
        }

    def restore(self, state: dict[str, Any]) -> None:
        unwrap_model(self._model).load_state_dict(state["model"])
        if self._averaged is not None:
            self._averaged.load_state_dict(state["averaged"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._steps = state["steps"]


def _moved(targets: Any, device: torch.device) -> Any:
    if isinstance(targets, tuple):
        return tuple(part.to(device, non_blocking=True) for part in targets)
    return targets.to(device, non_blocking=True)


def _task(
    recipe: Recipe, counts: dict[str, int], teacher: LoadedModel | None, soft_targets: bool
) -> TrainingTask:
    model, photos = new_model(recipe, list(counts)), list(counts.values())
    section = recipe.distil
    if teacher is not None and section.view == "whole":  # its answers are the targets
        return ClassificationTask(model, criterion(recipe, photos, soft_targets=True), verbose=False)
    loss = criterion(recipe, photos, soft_targets)
    if teacher is None:
        return ClassificationTask(model, loss, verbose=False)
    options: dict[str, Any] = {
        "distill_loss_weight": section.weight,
        "task_loss_weight": section.label_weight,
        "temperature": section.temperature,
        "verbose": False,
    }
    wise = teacher_of(teacher, section.size)
    if recipe.views is not None:
        upper = UpperPart(model, recipe.model.frozen_blocks, teacher_width(wise))
        return ViewsTask(
            upper,
            temperature=section.temperature,
            weight=section.weight,
            feature_weight=section.feature_weight,
            mixup=recipe.augment.mixup,
        )
    match section.method:
        case "kl":
            return LogitDistillationTask(model, wise, loss, **options)
        case "dist":
            return DistTask(model, wise, loss, **options)
        case "features":
            return FeaturesTask(model, wise, loss, feature_weight=section.feature_weight, **options)


def _trained(task: TrainingTask) -> torch.nn.Module:
    module = task.get_trainable_module()
    assert module is not None  # of every task that learns
    return module
