"""One run: reads from top to bottom what happens to a model.

Random numbers begin anew in every epoch, from the seed and the epoch's number: an epoch that was interrupted
is repeated, and comes out the same to the bit (on a CPU).
"""

import csv
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from timm.optim import create_optimizer_v2
from timm.scheduler import create_scheduler_v2
from timm.task import ClassificationTask, LogitDistillationTask, TrainingTask
from timm.utils import unwrap_model

from shared.vision.bundle import InputSpec
from shared.vision.loading import LoadedModel, save
from shared.vision.preprocess import Interpolation
from shared.vision.species import title_case
from trainer.data.folders import DataSet, DataSetError
from trainer.evaluation import metrics
from trainer.evaluation.predict import predict
from trainer.training.checkpoint import load_checkpoint, save_checkpoint
from trainer.training.losses import DistTask, criterion
from trainer.training.models import new_model, only_the_head, teacher_of
from trainer.training.photos import Photos, mixer, training_loader
from trainer.training.recipe import Recipe

MODEL_FOLDER = "model"
LOG = "log.csv"
SEEDS_APART = 1_000_003  # a prime: no two epochs of two seeds have the same random numbers


@dataclass(frozen=True, slots=True)
class Epoch:
    """One line of the log."""

    epoch: int
    lr: float
    loss: float
    macro_f1: float  # on valid, of the weights that are kept
    photos_per_s: float


def train(
    recipe: Recipe,
    data: DataSet,
    folder: Path,
    *,
    version: str,
    device: torch.device,
    teacher: LoadedModel | None = None,
    told: Callable[[Epoch], None] = lambda _: None,
) -> Path:
    """Train, or go on where the run in `folder` stopped; returns the bundle of the best epoch.

    Raises RecipeError, DataSetError, BirdsError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    run = _Run(recipe, data, folder, version, device, teacher)
    run.resume()
    while not run.is_over:
        told(run.epoch())
    return folder / MODEL_FOLDER


class _Run:
    def __init__(
        self,
        recipe: Recipe,
        data: DataSet,
        folder: Path,
        version: str,
        device: torch.device,
        teacher: LoadedModel | None,
    ) -> None:
        self._recipe, self._data, self._folder, self._version = recipe, data, folder, version
        self._device, self._teacher = device, teacher
        self._labels = {name: number for number, name in enumerate(data.species)}
        examples = data.of("train")
        counts = Counter(example.species for example in examples)
        if missing := [name for name in data.species if not counts[name]]:
            raise DataSetError(f"train/ has no photo of {len(missing)} species, such as {missing[0]}")
        if not data.of("valid"):
            raise DataSetError("valid/ has no photos: without them no epoch can be told from another")
        _seed(recipe.run.seed)
        self._photos = Photos([one.path for one in examples], [self._labels[one.species] for one in examples])
        self._mix = mixer(recipe, len(data.species))
        self._task = self._new_task([counts[name] for name in data.species]).to(device)
        self._model = _there(self._task.get_trainable_module())
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
        self._done, self._steps = 0, 0
        self._best, self._best_epoch = -1.0, 0

    def _new_task(self, counts: list[int]) -> TrainingTask:
        model = new_model(self._recipe, len(counts))
        loss = criterion(self._recipe, counts, soft_targets=self._mix is not None)
        if self._teacher is None:
            return ClassificationTask(model, loss, device=self._device, verbose=False)
        if [one.species for one in self._teacher.bundle.classes] != _names(self._data):
            raise DataSetError(f"{self._teacher.bundle.id} was taught other species than these")
        section = self._recipe.distil
        kind = LogitDistillationTask if section.method == "kl" else DistTask
        return kind(
            model,
            teacher_of(self._teacher),
            loss,
            distill_loss_weight=section.weight,
            task_loss_weight=section.label_weight,
            temperature=section.temperature,
            device=self._device,
            verbose=False,
        )

    @property
    def is_over(self) -> bool:
        patience = self._recipe.schedule.patience
        is_stuck = patience is not None and self._done - self._best_epoch >= patience
        return self._done >= self._recipe.schedule.epochs or is_stuck

    def resume(self) -> None:
        state = load_checkpoint(self._folder, self._device)
        if state is None:
            (self._folder / "recipe.json").write_text(self._recipe.model_dump_json(indent=2) + "\n")
            (self._folder / LOG).unlink(missing_ok=True)
            return
        self._task.load_checkpoint_state(state["model"])
        if self._averaged is not None:
            self._averaged.load_state_dict(state["averaged"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._done, self._steps = state["done"], state["steps"]
        self._best, self._best_epoch = state["best"], state["best_epoch"]

    def epoch(self) -> Epoch:
        began = time.monotonic()
        self._schedule.step(self._done)
        loss = self._learn()
        seconds = time.monotonic() - began
        self._done += 1
        found = Epoch(
            epoch=self._done,
            lr=max(group["lr"] for group in self._optimizer.param_groups),
            loss=loss,
            macro_f1=self._measure(),
            photos_per_s=len(self._photos) / seconds,
        )
        self._write(found)
        return found

    def _learn(self) -> float:
        """One pass over the photos; the mean loss."""
        recipe = self._recipe
        _seed(recipe.run.seed + SEEDS_APART * (self._done + 1))
        only_the_head(self._model, self._done < recipe.model.frozen_epochs)
        self._task.train()
        self._optimizer.zero_grad()  # of passes at the end of the last epoch that were too few for a step
        losses = []
        loader = training_loader(recipe, self._photos)
        for number, batch in enumerate(loader, start=1):
            pixels, labels = (part.to(self._device) for part in batch)
            seen, wanted = self._mix(pixels, labels) if self._mix is not None else (pixels, labels)
            with self._precision():
                loss = self._task(seen, wanted)["loss"]
            (loss / recipe.run.accumulate).backward()
            losses.append(float(loss.detach()))
            if number % recipe.run.accumulate == 0:
                self._step()
        return float(np.mean(losses))

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

    def _measure(self) -> float:
        """Macro-F1 on valid; the best epoch's weights become the bundle."""
        kept: torch.nn.Module = unwrap_model(self._averaged or self._model).eval()
        examples = self._data.of("valid")
        logits = predict(kept, _input(self._recipe), [one.path for one in examples], self._device)
        labels = np.array([self._labels[one.species] for one in examples])
        found = metrics.macro_f1(logits.argmax(axis=1), labels, len(self._labels))
        if found > self._best:
            self._best, self._best_epoch = found, self._done
            self._save(kept.state_dict(), metrics.best_temperature(logits, labels))
        return found

    def _save(self, weights: dict[str, torch.Tensor], temperature: float) -> None:
        names, latin = _names(self._data), self._data.scientific_names
        save(
            self._folder / MODEL_FOLDER,
            {name: tensor.cpu() for name, tensor in weights.items()},
            name=self._recipe.model.name,
            version=self._version,
            architecture=self._recipe.model.architecture,
            classes=[
                {"species": name, "scientific_name": latin.get(label)}
                for name, label in zip(names, self._data.species, strict=True)
            ],
            input=_input(self._recipe),
            temperature=temperature,
            metrics={"valid_macro_f1": self._best, "epoch": self._best_epoch},
            teacher=self._teacher.bundle.id if self._teacher else None,
            recipe=self._recipe.model_dump(),
            dataset=self._data.folder.name,
        )

    def _write(self, found: Epoch) -> None:
        log = self._folder / LOG
        is_new = not log.exists()
        with log.open("a", newline="") as file:
            table = csv.DictWriter(file, list(asdict(found)))
            if is_new:
                table.writeheader()
            table.writerow(asdict(found))
        averaged = None if self._averaged is None else self._averaged.state_dict()
        save_checkpoint(
            self._folder,
            {
                "model": unwrap_model(self._model).state_dict(),
                "averaged": averaged,
                "optimizer": self._optimizer.state_dict(),
                "done": self._done,
                "steps": self._steps,
                "best": self._best,
                "best_epoch": self._best_epoch,
            },
        )


def _there(module: torch.nn.Module | None) -> torch.nn.Module:
    assert module is not None  # of every task that learns
    return module


def _names(data: DataSet) -> list[str]:
    return [title_case(name) for name in data.species]


def _input(recipe: Recipe) -> InputSpec:
    section = recipe.input
    return InputSpec(
        size=section.size,
        mean=section.mean,
        std=section.std,
        interpolation=Interpolation(section.interpolation),
        crop_pct=section.crop_pct,
    )


def _seed(number: int) -> None:
    """Of everything that augments, shuffles or drops."""
    random.seed(number)
    np.random.seed(number % 2**32)  # timm's mixup draws from it
    torch.manual_seed(number)
