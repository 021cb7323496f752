"""Labelled photos as batches of tensors: augmented by timm for training, as served for measuring."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from timm.data import Mixup, create_loader

from trainer.training.recipe import Recipe


class Photos(torch.utils.data.Dataset[tuple[Any, int]]):
    """What timm's loader asks for: a transform of its own, and (image, class) pairs."""

    def __init__(self, paths: Sequence[Path], labels: Sequence[int]) -> None:
        self.transform: Any = None
        self._paths = paths
        self._labels = labels

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, index: int) -> tuple[Any, int]:
        with Image.open(self._paths[index]) as image:
            rgb = image.convert("RGB")
        return self.transform(rgb) if self.transform else rgb, self._labels[index]


def training_loader(recipe: Recipe, photos: Photos) -> Any:
    """Batches (B, 3, size, size), normalised, and (B,) classes; the same ones for the same seed of torch."""
    augment = recipe.augment
    return create_loader(
        photos,  # type: ignore[arg-type]  # it takes what has a length, items and a `transform`
        input_size=(3, recipe.input.size, recipe.input.size),
        batch_size=recipe.run.batch,
        is_training=True,
        scale=(augment.least_area, 1.0),
        hflip=augment.flip,
        color_jitter=augment.colour,
        auto_augment=augment.policy,
        interpolation=recipe.input.interpolation,
        mean=recipe.input.mean,
        std=recipe.input.std,
        num_workers=recipe.run.workers,
        use_prefetcher=False,
        # Workers that stay would go on with the last epoch's random numbers, which a resumed run has not.
        persistent_workers=False,
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
