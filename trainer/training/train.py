"""One run: reads from top to bottom what happens to a model.

Random numbers begin anew in every epoch, from the seed and the epoch's number: an epoch that was interrupted
is repeated, and comes out the same to the bit (on a CPU).
"""

import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy.special import softmax

from shared.vision.bundle import ModelClass
from shared.vision.labels import class_of
from shared.vision.loading import LoadedModel, save
from trainer.data.data_set import NO_BIRDS, DataSet
from trainer.data.errors import DataSetError
from trainer.evaluation import metrics
from trainer.evaluation.bird_score import fit_bird_score, no_bird_metrics
from trainer.evaluation.metrics import Labels, Logits
from trainer.evaluation.predict import predict
from trainer.training.checkpoint import load_checkpoint, save_checkpoint
from trainer.training.classes import NO_BIRD, class_names, model_classes
from trainer.training.journal import Epoch, Journal
from trainer.training.learner import Learner
from trainer.training.photos import Photos, Targets, batches
from trainer.training.processes import ALONE, Processes
from trainer.training.progress import RunWatcher, Silence
from trainer.training.recipe import Recipe, RecipeError, input_spec
from trainer.training.sampling import drawn
from trainer.training.views import Rounds

MODEL_FOLDER = "model"
VIEWS_FOLDER = "views"
TEACHER_DIGITS = 12  # of its digest: views are of one teacher, whose folder in VIEWS_FOLDER is called so
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
    watcher: RunWatcher | None = None,
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
        watcher: RunWatcher,
    ) -> None:
        self._recipe, self._data, self._folder, self._version = recipe, data, folder, version
        self._device, self._teacher, self._processes = device, teacher, processes
        self._watcher = watcher
        self._names = class_names(data, no_bird=recipe.model.no_bird)
        self._classes = {name: number for number, name in enumerate(self._names)}
        counts = _counts(data, recipe.model.no_bird)
        _check_teacher(teacher, model_classes(data, self._names))
        _seed(recipe.run.seed)
        self._paths, self._targets = self._examples(unlabelled)
        if len(self._paths) < recipe.run.batch * processes.count:
            raise DataSetError(f"{len(self._paths)} photos to train on do not fill a batch of run.batch")
        self._learner = Learner(recipe, counts, device, teacher, processes)
        self._rounds = self._make_rounds() if recipe.views else None
        self._journal = Journal(folder)
        self._done = 0
        self._best, self._best_epoch, self._last = -1.0, 0, 0.0

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
        if self._recipe.model.no_bird:
            others = self._data.no_birds_learned
            paths += others
            labels += [self._classes[NO_BIRDS]] * len(others)
        return paths, np.array(labels)

    def _make_rounds(self) -> Rounds:
        """Of views; a folder for each teacher, so that none is learned from that another has spoken of."""
        recipe, teacher = self._recipe, self._teacher
        assert recipe.views is not None
        if teacher is None:
            raise RecipeError("[views] need a teacher")
        see = self._learner.seer(recipe.views, self._data.no_birds_learned)
        folder = self._folder / VIEWS_FOLDER / teacher.bundle.weights_sha256[:TEACHER_DIGITS]
        return Rounds(folder, see, self._round_photos)

    def _round_photos(self, number: int) -> Any:
        _seed(self._recipe.run.seed - SEEDS_APART * (number + 1))
        paths, targets = self._drawn(number)
        return batches(self._recipe, Photos(paths, targets, self._recipe), number, ALONE, False)

    def _drawn(self, number: int) -> tuple[Sequence[Path], Targets]:
        no_bird = self._classes.get(NO_BIRDS)
        return drawn(self._paths, self._targets, self._recipe.run, number, no_bird)

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
        # A run of an older version carries none.
        if changed := _changes(state.get("recipe", {}), self._recipe.model_dump(mode="json")):
            raise RecipeError(
                f"the run in {self._folder} was begun with another recipe ({', '.join(changed)} differ):"
                " train into another folder"
            )
        self._learner.restore(state["learner"])
        self._done, self._best, self._best_epoch = state["done"], state["best"], state["best_epoch"]
        self._last = state["last"]

    def epoch(self) -> None:
        _seed(self._recipe.run.seed + SEEDS_APART * (self._done + 1) + self._processes.rank)
        photos = 0

        def ticked(count: int) -> None:
            nonlocal photos
            photos += count * self._processes.count
            self._watcher.ticked(count * self._processes.count)

        self._watcher.began(
            self._done + 1, self._recipe.schedule.epochs, self._recipe.run.photos or len(self._paths)
        )
        loader = self._batches()
        began = time.monotonic()
        loss = self._learner.learn(self._done, loader, ticked)
        seconds = time.monotonic() - began
        self._done += 1
        found = Epoch(
            epoch=self._done,
            lr=self._learner.lr,
            loss=loss,
            macro_f1=self._measure(),
            photos_per_s=photos / seconds,
        )
        if self._processes.is_first:
            self._journal.write(found)
            save_checkpoint(self._folder, self._state())
        self._watcher.ended(found)

    def _batches(self) -> Any:
        recipe = self._recipe
        if self._rounds is not None and recipe.views is not None:
            return self._rounds.batches(self._done % recipe.views.rounds, recipe.run.batch, self._done)
        photos = Photos(*self._drawn(self._done), recipe)
        return batches(recipe, photos, self._done, self._processes, self._device.type == "cuda")

    def _state(self) -> dict[str, object]:
        return {
            "recipe": self._recipe.model_dump(mode="json"),
            "learner": self._learner.state(),
            "done": self._done,
            "best": self._best,
            "best_epoch": self._best_epoch,
            "last": self._last,
        }

    def _measure(self) -> float:
        """Macro-F1 on valid, the last one where it is not measured; the weights to keep become the bundle."""
        schedule = self._recipe.schedule
        is_last = self._done == schedule.epochs
        if self._done % schedule.measure_every and not is_last:
            return self._last
        examples = self._data.of("valid")
        kept = self._learner.kept
        logits = predict(kept, input_spec(self._recipe.input), [one.path for one in examples], self._device)
        labels = np.array([self._classes[one.species] for one in examples])
        birds = logits[:, : len(self._data.species)]
        measured = metrics.macro_f1(birds.argmax(axis=1), labels, len(self._data.species))
        # Before it is compared with anything: batch norms differ by process, and so does what each measures.
        found = self._last = self._processes.agreed(measured)
        if found > self._best or schedule.kept == "last":
            self._best, self._best_epoch = max(found, self._best), self._done
            if self._processes.is_first:
                self._save(kept, logits, labels)
        return found

    def _save(self, kept: torch.nn.Module, logits: Logits, labels: Labels) -> None:
        model = self._recipe.model
        others = self._data.no_birds_measured if model.no_bird else self._data.no_birds
        birds = logits[:, : len(self._data.species)]
        temperature = model.temperature or metrics.best_temperature(birds, labels)
        score, found = None, {}
        if others:
            theirs = predict(kept, input_spec(self._recipe.input), others, self._device)
            if model.no_bird:
                found = no_bird_metrics(logits, theirs, len(self._data.species), temperature)
            else:
                fitted = fit_bird_score(logits, theirs)
                score, found = fitted.score, fitted.metrics
        save(
            self._folder / MODEL_FOLDER,
            {name: tensor.cpu() for name, tensor in kept.state_dict().items()},
            name=model.name,
            version=self._version,
            architecture=model.untagged,
            classes=model_classes(self._data, self._names),
            input=input_spec(self._recipe.input),
            temperature=temperature,
            bird_score=score,
            second_look=self._recipe.second_look,
            license=model.license,
            metrics={"valid_macro_f1": self._last, "epoch": self._done, **found},
            teacher=self._teacher.bundle.id if self._teacher else None,
            recipe=self._recipe.model_dump(),
            dataset=self._data.title,
        )


def _changes(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """The sections of a recipe that are not as they were."""
    return [name for name in before if before[name] != now.get(name)]


def _counts(data: DataSet, no_bird: bool) -> dict[str, int]:
    """Photos to train on by species. Raises `DataSetError` where no run could come of the data."""
    counts = Counter(example.species for example in data.of("train"))
    if missing := [name for name in data.species if not counts[name]]:
        raise DataSetError(f"train/ has no photo of {len(missing)} species, such as {missing[0]}")
    if not data.of("valid"):
        raise DataSetError("valid/ has no photos: without them no epoch can be told from another")
    found = {class_of(name).species: counts[name] for name in data.species}
    if not no_bird:
        return found
    if not data.no_birds_learned:
        raise DataSetError("model.no_bird: notbird/ has no photos to learn from")
    return {**found, NO_BIRD: len(data.no_birds_learned)}


def _check_teacher(teacher: LoadedModel | None, classes: Sequence[ModelClass]) -> None:
    names = [one.species for one in classes]
    if teacher is not None and [class_of(one.species).species for one in teacher.bundle.classes] != names:
        raise DataSetError(f"{teacher.bundle.id} was taught other species than these")


def _seed(number: int) -> None:
    """Of everything that augments, shuffles or drops."""
    random.seed(number)
    np.random.seed(number % 2**32)  # timm's mixup draws from it
    torch.manual_seed(number)
