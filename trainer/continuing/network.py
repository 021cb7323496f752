"""The whole network learns on, once its head has grown: new rows that know nothing would spoil what is below
them (LP-FT: Kumar et al., 2022)."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from timm.utils import ModelEmaV3
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

from shared.vision.bundle import InputSpec
from trainer.continuing.recipe import ContinuedNetwork
from trainer.training.photos import random_view, rgb
from trainer.training.recipe import AugmentSection, InputSection

LONGEST = 1.0  # of a gradient


def learn_on(
    model: torch.nn.Module,
    parent: torch.nn.Module,
    photos: tuple[Sequence[Path], torch.Tensor, torch.Tensor],
    spec: InputSpec,
    section: ContinuedNetwork,
    augment: AugmentSection,
    device: torch.device,
    ticked: Callable[[int], None] = lambda _: None,
) -> torch.nn.Module:
    """The averaged weights, on the CPU; `photos`: paths, classes (N,), and how much each counts (N,).

    As in the head, labels pull and so do the answers of `parent` to the same view, among its own classes,
    where these were not wrong. `ticked` is told the number of each epoch.
    """
    _seed(section.seed)
    paths, labels, weights = photos
    loader = DataLoader(
        _WeighedViews(paths, labels, weights / weights.mean(), _view(spec, section, augment)),
        batch_size=section.batch,
        shuffle=True,
        drop_last=len(paths) > section.batch,
        generator=torch.Generator().manual_seed(section.seed),
    )
    model, parent = model.to(device), parent.to(device).eval()
    averaged = ModelEmaV3(model, decay=section.ema, use_warmup=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=section.lr, weight_decay=section.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, section.lr, total_steps=section.epochs * len(loader), pct_start=0.2
    )
    model.train()
    step = 0
    for epoch in range(section.epochs):
        for pixels, classes, counts in loader:
            step += 1
            loss = _loss(
                model, parent, pixels.to(device), classes.to(device), counts.to(device), section.keep
            )
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), LONGEST)
            optimizer.step()
            schedule.step()
            averaged.update(model, step=step)
        ticked(epoch + 1)
    found: torch.nn.Module = averaged.module.cpu().eval()
    return found


class _WeighedViews(Dataset[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]):
    def __init__(
        self, paths: Sequence[Path], labels: torch.Tensor, weights: torch.Tensor, view: Callable[[Any], Any]
    ) -> None:
        self._paths, self._labels, self._weights, self._view = paths, labels, weights, view

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        return self._view(rgb(self._paths[index])), self._labels[index], self._weights[index]


def _view(spec: InputSpec, section: ContinuedNetwork, augment: AugmentSection) -> Callable[[Any], Any]:
    size = section.size or spec.size
    shown: Callable[[Any], Any] = random_view(
        augment,
        InputSection.model_validate(
            {"size": size, "mean": spec.mean, "std": spec.std, "interpolation": str(spec.interpolation)}
        ),
        size,
    )
    return shown


def _loss(
    model: torch.nn.Module,
    parent: torch.nn.Module,
    pixels: torch.Tensor,
    classes: torch.Tensor,
    counts: torch.Tensor,
    keep: float,
) -> torch.Tensor:
    logits = model(pixels)
    with torch.no_grad():
        said = parent(pixels).log_softmax(dim=1)
    known = said.shape[1]
    was_wrong = (classes < known) & (said.argmax(dim=1) != classes)
    labelled = functional.cross_entropy(logits, classes, reduction="none")
    ours = logits[:, :known].log_softmax(dim=1)
    apart = functional.kl_div(ours, said, log_target=True, reduction="none").sum(dim=1) * ~was_wrong
    found: torch.Tensor = ((labelled + keep * apart) * counts).mean()
    return found


def _seed(number: int) -> None:
    random.seed(number)
    np.random.seed(number)
    torch.manual_seed(number)
