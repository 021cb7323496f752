"""Block-wise distillation (Li et al., 2020: Blockwisely Supervised NAS with Knowledge Distillation).

Each block is fed the teacher's map below it and learns what the teacher's block makes of it; all learn at
once, and no gradient goes from one to another. So a network from scratch has something exact to learn in
every place of every photo, and a few thousand photos without labels teach what the teacher knows. What each
block still misses adds up along the chain (a tenth each leaves nothing at its end), so later the
blocks stand on each other and learn together, still by every map.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import timm
import torch
from timm.optim import create_optimizer_v2
from torch.utils.data import DataLoader, Dataset

from shared.vision.loading import LoadedModel, save
from trainer.blocks.blocks import begin_near, block_loss, blocks_of, chain_losses, check_alike, maps_of
from trainer.blocks.folding import fold_norms
from trainer.blocks.recipe import BlocksRecipe
from trainer.training.checkpoint import load_checkpoint, save_checkpoint
from trainer.training.photos import random_view, rgb
from trainer.training.recipe import input_spec


class Step(NamedTuple):
    number: int
    missed: list[float]
    """By block: the share of the variance of the teacher's map that the pupil's misses; once all learn
    together, at the end the same of what a head is fed."""


def learn_blocks(
    recipe: BlocksRecipe,
    photos: Sequence[Path],
    teacher: LoadedModel,
    folder: Path,
    *,
    version: str,
    device: torch.device,
) -> Iterator[Step]:
    """Yields what was missed in each step; `model/` in `folder` is the bundle when the last one is done.

    Its head is the pupil's as it was born: `birds-train backbones` fits one. A run that was stopped goes on
    with its photos in the order that they had, in other views: its weights are not those of an unbroken run.
    Raises RecipeError, DataSetError.
    """
    torch.manual_seed(recipe.lesson.seed)
    pupil: Any = timm.create_model(
        recipe.model.architecture,
        num_classes=len(teacher.bundle.classes),
        **recipe.model.architecture_arguments,
    )
    check_alike(pupil, teacher.module, recipe.input.size)
    for network in (pupil, teacher.module):
        fold_norms(network)
    pupil.to(device).train()
    lesson = _Lesson(recipe, pupil, teacher.module.to(device).eval().requires_grad_(False))
    done = lesson.resume(folder, device)
    for number, views in enumerate(_views(recipe, photos, done), done):
        yield Step(number, lesson.step(views.to(device), number))
        if (number + 1) % recipe.lesson.keep_every == 0:
            lesson.keep(folder, number + 1)
    save(
        folder / "model",
        pupil.eval().state_dict(),
        name=recipe.model.name,
        version=version,
        architecture=recipe.model.architecture,
        architecture_arguments=recipe.model.architecture_arguments,
        classes=teacher.bundle.classes,
        input=input_spec(recipe.input),
        license=recipe.model.license,
        teacher=teacher.bundle.id,
        recipe=recipe.model_dump(mode="json"),
    )


class _Lesson:
    def __init__(self, recipe: BlocksRecipe, pupil: torch.nn.Module, teacher: torch.nn.Module) -> None:
        self._lesson, self._clip = recipe.lesson, recipe.optimizer.clip
        self._pupil = pupil
        self._own, self._theirs = blocks_of(pupil), blocks_of(teacher)
        rule = recipe.optimizer
        self._optimizer = create_optimizer_v2(
            self._own, opt=rule.name, lr=rule.lr, weight_decay=rule.weight_decay
        )
        self._rates = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, max_lr=rule.lr, total_steps=recipe.lesson.steps, pct_start=0.05
        )

    def step(self, pixels: torch.Tensor, number: int) -> list[float]:
        pixels = pixels.contiguous(memory_format=torch.channels_last)
        wanted = maps_of(self._theirs, pixels)
        # Norms measure first what they are fed, then keep to it: each photo is then seen as it is served.
        self._own.train(number < self._lesson.norms_learn)
        if number == 0:
            for block, fed, right in zip(self._own, wanted, wanted[1:], strict=False):
                begin_near(block, fed, right)
        if number < self._lesson.together_from * self._lesson.steps:
            pairs = zip(self._own, wanted, wanted[1:], strict=False)
            losses = [block_loss(block, fed, right, self._lesson.window) for block, fed, right in pairs]
        else:
            losses = chain_losses(self._own, wanted)
        weights = torch.ones(len(losses))
        weights[len(self._own) :] = self._lesson.head_weight
        self._optimizer.zero_grad()
        (torch.stack(losses) * weights.to(pixels.device)).sum().backward()  # type: ignore[no-untyped-call]
        if self._clip is not None:
            torch.nn.utils.clip_grad_norm_(self._own.parameters(), self._clip)
        self._optimizer.step()
        self._rates.step()
        return [loss.item() for loss in losses]

    def keep(self, folder: Path, done: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        parts: dict[str, Any] = {"pupil": self._pupil, "optimizer": self._optimizer, "rates": self._rates}
        state = {name: part.state_dict() for name, part in parts.items()}
        save_checkpoint(folder, {**state, "done": done})

    def resume(self, folder: Path, device: torch.device) -> int:
        """Steps that were made before."""
        state = load_checkpoint(folder, device)
        if state is None:
            return 0
        self._pupil.load_state_dict(state["pupil"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._rates.load_state_dict(state["rates"])
        return int(state["done"])


class _Views(Dataset[torch.Tensor]):
    """A view a place: photos in one order after another, for all steps that are left."""

    def __init__(self, recipe: BlocksRecipe, photos: Sequence[Path], done: int) -> None:
        lesson = recipe.lesson
        self._view = random_view(recipe.augment, recipe.input, recipe.input.size)
        drawn = np.random.default_rng(lesson.seed).permuted(
            np.tile(np.arange(len(photos)), (lesson.batch * lesson.steps // len(photos) + 1, 1)), axis=1
        )
        self._photos = [
            photos[place] for place in drawn.ravel()[lesson.batch * done : lesson.batch * lesson.steps]
        ]

    def __len__(self) -> int:
        return len(self._photos)

    def __getitem__(self, place: int) -> torch.Tensor:
        view: torch.Tensor = self._view(rgb(self._photos[place]))
        return view


def _views(recipe: BlocksRecipe, photos: Sequence[Path], done: int) -> Any:
    return DataLoader(
        _Views(recipe, photos, done), batch_size=recipe.lesson.batch, num_workers=recipe.lesson.workers
    )
