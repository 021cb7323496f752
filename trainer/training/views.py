"""Views of photos, and what is said of each: computed once, learned from in several epochs.

Where the lower part of a student stays as it is, its maps of a view are the same in every epoch, and so is
all that the teacher says of it. Both are most of the work. A round is a pass over drawn photos, each in a new
view; epochs take turns among the rounds.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from timm.task import DistillationTeacher
from torch.nn import functional

from trainer.training.far import with_far_birds
from trainer.training.layers import upper_part

MAPS, LOGITS, FEATURES = "maps.npy", "logits.npy", "features.npy"

Batch = tuple[torch.Tensor, tuple[torch.Tensor, torch.Tensor]]
"""Maps (B, C, H, W); the teacher's logits (B, classes) and features (B, width)."""


@dataclass(frozen=True, slots=True)
class Seer:
    """Looks at a view as the student's lower part and the teacher do."""

    lower: torch.nn.Module
    teacher: DistillationTeacher
    normalised: Callable[[torch.Tensor], torch.Tensor]
    """From the student's normalisation to the teacher's."""
    size: int
    """Pixels a side of the student's view."""
    far: float
    """Share of views in which the bird is made small for the student; the teacher sees it from near."""
    places: torch.Tensor
    """Photos without birds, (N, 3, size, size), to put far birds into."""
    device: torch.device

    @torch.no_grad()
    def __call__(self, views: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Maps, logits and features of (B, 3, S, S)."""
        views = views.to(self.device)
        small = with_far_birds(_scaled(views, self.size), self.places, self.far)
        maps = self.lower(small.contiguous(memory_format=torch.channels_last))
        features = self.teacher(
            self.normalised(views).contiguous(memory_format=torch.channels_last), return_features=True
        )
        logits = self.teacher.model.get_classifier()(features)  # type: ignore[operator]
        return maps, logits, features


class Rounds:
    """Kept in `folder`, one folder a round; each is there whole or not at all."""

    def __init__(self, folder: Path, see: Seer, photos: Callable[[int], Any]) -> None:
        """`photos` gives a loader of (views, labels) for the number of a round."""
        self._folder, self._see, self._photos = folder, see, photos

    def batches(self, number: int, size: int, seed: int) -> Iterator[Batch]:
        """One pass over a round, shuffled by `seed`; it is made where it is not there yet."""
        folder = self._folder / f"{number:03}"
        if not folder.exists():
            self._make(number, folder)
        maps, logits, features = (np.load(folder / name, mmap_mode="r") for name in (MAPS, LOGITS, FEATURES))
        order = torch.randperm(len(maps), generator=torch.Generator().manual_seed(seed)).numpy()
        for start in range(0, len(order) - size + 1, size):
            chosen = np.sort(order[start : start + size])  # in the order that they lie in
            yield _tensor(maps, chosen), (_tensor(logits, chosen), _tensor(features, chosen))

    def _make(self, number: int, folder: Path) -> None:
        new = folder.with_name(f".{folder.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        parts: list[tuple[NDArray[np.float16], ...]] = []
        for views, _ in self._photos(number):
            parts.append(tuple(part.half().cpu().numpy() for part in self._see(views)))
        for name, arrays in zip((MAPS, LOGITS, FEATURES), zip(*parts, strict=True), strict=True):
            np.save(new / name, np.concatenate(arrays))
        new.rename(folder)


class UpperPart(torch.nn.Module):
    """What learns: the student above its frozen blocks, and a projection of its features to the teacher's."""

    def __init__(self, student: torch.nn.Module, blocks: int, width: int) -> None:
        super().__init__()
        self.student, self._blocks = student, blocks
        classifier = student.get_classifier()  # type: ignore[operator]
        self.projection = torch.nn.Linear(classifier.in_features, width)

    def forward(self, maps: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits, and features as wide as the teacher's."""
        top = upper_part(self.student, self._blocks)(maps)
        features = self.student.forward_head(top, pre_logits=True)  # type: ignore[operator]
        return self.student.get_classifier()(features), self.projection(features)  # type: ignore[operator]


def _scaled(views: torch.Tensor, size: int) -> torch.Tensor:
    if views.shape[-1] == size:
        return views
    return functional.interpolate(views, size=size, mode="bicubic", antialias=True)


def _tensor(array: NDArray[np.float16], chosen: NDArray[np.int64]) -> torch.Tensor:
    return torch.from_numpy(array[chosen]).float()
