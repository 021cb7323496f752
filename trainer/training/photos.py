"""Labelled photos as batches of tensors: augmented by timm, the same ones for the same seed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from timm.data import Mixup, create_transform
from torch.utils.data import DataLoader, Dataset, DistributedSampler

from trainer.data.errors import DataSetError
from trainer.training.processes import Processes
from trainer.training.recipe import AugmentSection, InputSection, Recipe

Targets = NDArray[np.int64] | NDArray[np.float32]
"""(N,) classes, or (N, classes) probabilities."""


class Photos(Dataset[tuple[torch.Tensor, Any]]):
    """Files with their targets, decoded and augmented as they are asked for."""

    def __init__(self, paths: Sequence[Path], targets: Targets, recipe: Recipe) -> None:
        size = recipe.views.size if recipe.views else recipe.input.size
        self._transform = random_view(recipe.augment, recipe.input, size)
        self._paths, self._targets = paths, targets

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, Any]:
        return self._transform(rgb(self._paths[index])), self._targets[index]


def random_view(augment: AugmentSection, spec: InputSection, size: int) -> Any:
    """A function from an RGB image to an augmented view of it: (3, size, size), normalised."""
    return create_transform(
        (3, size, size),
        is_training=True,
        scale=(augment.least_area, 1.0),
        hflip=augment.flip,
        color_jitter=augment.colour,
        auto_augment=augment.policy,
        interpolation=spec.interpolation,
        mean=spec.mean,
        std=spec.std,
    )


def whole_photos(paths: Sequence[Path], recipe: Recipe) -> torch.Tensor:
    """(N, 3, size, size), normalised as a training view; nothing is augmented."""
    size = recipe.input.size
    show = create_transform(
        (3, size, size),
        interpolation=recipe.input.interpolation,
        mean=recipe.input.mean,
        std=recipe.input.std,
        crop_pct=1.0,
    )
    found = [show(rgb(path)) for path in paths]
    return torch.stack(found) if found else torch.empty(0, 3, size, size)


def rgb(path: Path) -> Image.Image:
    """Upright, as it is served. Raises DataSetError: a file is no photo."""
    try:
        with Image.open(path) as image:
            return ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise DataSetError(f"{path}: {error}") from error


def batches(recipe: Recipe, photos: Photos, epoch: int, processes: Processes, is_cuda: bool) -> Any:
    """This process's part of an epoch: (B, 3, size, size), normalised, and B targets, in an order of its own.

    However many processes there are, together they see the same photos in the same steps.
    """
    sampler: DistributedSampler[Any] = DistributedSampler(
        photos, num_replicas=processes.count, rank=processes.rank, seed=recipe.run.seed, drop_last=True
    )
    sampler.set_epoch(epoch)
    # Loaders are made anew in each epoch: workers that stay would go on with the last epoch's random
    # numbers, which a resumed run has not.
    return DataLoader(
        photos,
        batch_size=recipe.run.batch,
        sampler=sampler,
        num_workers=recipe.run.workers,
        drop_last=True,
        pin_memory=is_cuda,
    )


def mixer(recipe: Recipe, classes: int) -> Mixup | None:
    """Mixes the photos of a batch in pairs; None where the recipe wants none of it."""
    augment = recipe.augment
    if not augment.mixup and not augment.cutmix:
        return None
    return Mixup(
        mixup_alpha=augment.mixup,
        cutmix_alpha=augment.cutmix,
        label_smoothing=recipe.loss.smoothing,
        num_classes=classes,
    )
