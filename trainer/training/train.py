"""One run: reads from top to bottom what happens to a model.

Random numbers begin anew in every epoch, from the seed and the epoch's number: an epoch that was interrupted
is repeated, and comes out the same to the bit (on a CPU).
"""

import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from scipy.special import softmax

from shared.vision.bundle import InputSpec
from shared.vision.labels import class_of
from shared.vision.loading import LoadedModel, save
from shared.vision.preprocess import Interpolation
from trainer.data.data_set import DataSet
from trainer.data.errors import DataSetError
from trainer.evaluation import metrics
from trainer.evaluation.bird_score import fit_bird_score
from trainer.evaluation.metrics import Labels, Logits
from trainer.evaluation.predict import predict
from trainer.training.checkpoint import load_checkpoint, save_checkpoint
from trainer.training.journal import Epoch, Journal
from trainer.training.learner import Learner
from trainer.training.photos import Photos, Targets, batches
from trainer.training.processes import ALONE, Processes
from trainer.training.progress import Silence, Watcher
from trainer.training.recipe import Recipe, RecipeError
from trainer.training.sampling import drawn

MODEL_FOLDER = "model"
SEEDS_APART = 1_000_003  # a prime: no two epochs of two seeds have the same random numbers


def train(
    recipe: Recipe,
    data: DataSet,
    folder: Path,
    *,
    version: str,
    device: torch.device,
    teacher: LoadedModel | None = None,
    unlabelled: Sequence[Path] = (),
    processes: Processes = ALONE,
    watcher: Watcher | None = None,
) -> Path:
    """Train, or go on where the run in `folder` stopped; returns the bundle of the best epoch.

    `unlabelled` are photos that only the teacher says something of.
    Raises RecipeError, DataSetError, BirdsError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    run = _Run(recipe, data, folder, version, device, teacher, unlabelled, processes, watcher or Silence())
    run.resume()
    while not run.is_over:
        run.epoch()
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
        unlabelled: Sequence[Path],
        processes: Processes,
        watcher: Watcher,
    ) -> None:
        self._recipe, self._data, self._folder, self._version = recipe, data, folder, version
        self._device, self._teacher, self._processes = device, teacher, processes
        self._watcher = watcher
        self._classes = {name: number for number, name in enumerate(data.species)}
        counts = _counts(data)
        _check_teacher(teacher, data)
        _seed(recipe.run.seed)
        self._paths, self._targets = self._examples(unlabelled)
        if len(self._paths) < recipe.run.batch * processes.count:
            raise DataSetError(f"{len(self._paths)} photos to train on do not fill a batch of run.batch")
        self._learner = Learner(recipe, counts, device, teacher, processes)
        self._journal = Journal(folder)
        self._done = 0
        self._best, self._best_epoch = -1.0, 0

    def _examples(self, unlabelled: Sequence[Path]) -> tuple[list[Path], Targets]:
        examples = self._data.of("train")
        paths = [one.path for one in examples] + list(unlabelled)
        section = self._recipe.distil
        if self._teacher is not None and section.view == "whole":
            logits = predict(self._teacher.module, self._teacher.bundle.input, paths, self._device)
            return paths, softmax(logits / section.temperature, axis=1)
        if unlabelled and (self._teacher is None or section.label_weight):
            raise RecipeError("photos without labels need a teacher and distil.label_weight=0")
        labels = [self._classes[one.species] for one in examples] + [0] * len(unlabelled)
        return paths, np.array(labels)

    @property
    def is_over(self) -> bool:
        patience = self._recipe.schedule.patience
        is_stuck = patience is not None and self._done - self._best_epoch >= patience
        return self._done >= self._recipe.schedule.epochs or is_stuck

    def resume(self) -> None:
        state = load_checkpoint(self._folder, self._device)
        if state is None:
            if self._processes.is_first:
                self._journal.begin(self._recipe)
            return
        self._learner.restore(state["learner"])
        self._done, self._best, self._best_epoch = state["done"], state["best"], state["best_epoch"]

    def epoch(self) -> None:
        _seed(self._recipe.run.seed + SEEDS_APART * (self._done + 1) + self._processes.rank)
        paths, targets = drawn(self._paths, self._targets, self._recipe.run, self._done)
        photos = Photos(paths, targets, self._recipe)
        is_cuda = self._device.type == "cuda"
        loader = batches(self._recipe, photos, self._done, self._processes, is_cuda)
        self._watcher.began(self._done + 1, self._recipe.schedule.epochs, len(photos))
        began = time.monotonic()
        loss = self._learner.learn(
            self._done, loader, lambda count: self._watcher.ticked(count * self._processes.count)
        )
        seconds = time.monotonic() - began
        self._done += 1
        found = Epoch(
            epoch=self._done,
            lr=self._learner.lr,
            loss=loss,
            macro_f1=self._processes.agreed(self._measure()),
            photos_per_s=len(loader) * self._recipe.run.batch * self._processes.count / seconds,
        )
        if self._processes.is_first:
            self._journal.write(found)
            save_checkpoint(self._folder, self._state())
        self._watcher.ended(found)

    def _state(self) -> dict[str, object]:
        return {
            "learner": self._learner.state(),
            "done": self._done,
            "best": self._best,
            "best_epoch": self._best_epoch,
        }

    def _measure(self) -> float:
        """Macro-F1 on valid; the best epoch's weights become the bundle."""
        examples = self._data.of("valid")
        kept = self._learner.kept
        logits = predict(kept, _input(self._recipe), [one.path for one in examples], self._device)
        labels = np.array([self._classes[one.species] for one in examples])
        found = metrics.macro_f1(logits.argmax(axis=1), labels, len(self._classes))
        if found > self._best:
            self._best, self._best_epoch = found, self._done
            if self._processes.is_first:
                self._save(kept, logits, labels)
        return found

    def _save(self, kept: torch.nn.Module, logits: Logits, labels: Labels) -> None:
        latin, no_birds = self._data.scientific_names, self._data.no_birds
        fitted = None
        if no_birds:
            fitted = fit_bird_score(logits, predict(kept, _input(self._recipe), no_birds, self._device))
        save(
            self._folder / MODEL_FOLDER,
            {name: tensor.cpu() for name, tensor in kept.state_dict().items()},
            name=self._recipe.model.name,
            version=self._version,
            architecture=self._recipe.model.untagged,
            classes=[class_of(label, latin.get(label)) for label in self._data.species],
            input=_input(self._recipe),
            temperature=metrics.best_temperature(logits, labels),
            bird_score=fitted.score if fitted else None,
            metrics={
                "valid_macro_f1": self._best,
                "epoch": self._best_epoch,
                **(fitted.metrics if fitted else {}),
            },
            teacher=self._teacher.bundle.id if self._teacher else None,
            recipe=self._recipe.model_dump(),
            dataset=self._data.folder.name,
        )


def _counts(data: DataSet) -> dict[str, int]:
    """Photos to train on by species. Raises `DataSetError` where no run could come of the data."""
    counts = Counter(example.species for example in data.of("train"))
    if missing := [name for name in data.species if not counts[name]]:
        raise DataSetError(f"train/ has no photo of {len(missing)} species, such as {missing[0]}")
    if not data.of("valid"):
        raise DataSetError("valid/ has no photos: without them no epoch can be told from another")
    species = {name: class_of(name).species for name in data.species}
    if len(set(species.values())) < len(species):
        twice = next(name for name, times in Counter(species.values()).items() if times > 1)
        folders = " and ".join(name for name, one in species.items() if one == twice)
        raise DataSetError(f"{folders} are one species, {twice}: their photos belong together")
    return {species[name]: counts[name] for name in data.species}


def _check_teacher(teacher: LoadedModel | None, data: DataSet) -> None:
    names = [class_of(name).species for name in data.species]
    if teacher is not None and [class_of(one.species).species for one in teacher.bundle.classes] != names:
        raise DataSetError(f"{teacher.bundle.id} was taught other species than these")


def _input(recipe: Recipe) -> InputSpec:
    section = recipe.input
    return InputSpec(
        size=section.served_size or section.size,
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
