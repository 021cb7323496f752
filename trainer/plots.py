"""Pictures of runs and evaluations, by matplotlib without a display."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

_DPI = 120


def draw_curves(log: Sequence[dict[str, str]], path: Path) -> None:
    """Loss and macro-F1 by epoch, from the lines of a run's log."""
    epochs = [int(line["epoch"]) for line in log]
    figure = Figure(figsize=(8, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(epochs, [float(line["loss"]) for line in log], color="tab:red")
    left.set(xlabel="epoch", ylabel="loss on train")
    right.plot(epochs, [float(line["macro_f1"]) for line in log], color="tab:blue")
    right.set(xlabel="epoch", ylabel="macro-F1 on valid", ylim=(0, 1))
    for axes in (left, right):
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=_DPI)


def draw_confusion(matrix: NDArray[np.int64], species: Sequence[str], path: Path) -> None:
    """(species, species): rows are what was shown, columns what was said, as shares of a row."""
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    side = min(4 + 0.2 * len(species), 20)  # inches: names stay legible up to about 80 species
    figure = Figure(figsize=(side, side), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set(xlabel="said", ylabel="shown")
    if len(species) <= 80:
        axes.set_xticks(range(len(species)), species, rotation=90, fontsize=6)
        axes.set_yticks(range(len(species)), species, fontsize=6)
    figure.colorbar(image, ax=axes, shrink=0.6, label="share of the photos shown")
    figure.savefig(path, dpi=_DPI)
