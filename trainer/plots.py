"""Pictures of runs and evaluations, by matplotlib without a display."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.special import softmax

from trainer.evaluation.metrics import CALIBRATION_BINS, Labels, Logits

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


def draw_confusion(matrix: Labels, species: Sequence[str], path: Path) -> None:
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


def draw_reliability(logits: Logits, labels: Labels, temperature: float, path: Path) -> None:
    """How often the first answer is right by how sure the model is of it, before and after scaling."""
    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":")
    for scale, name in ((1.0, "as it is"), (temperature, f"at temperature {temperature:.2f}")):
        sure, right = _reliability(softmax(logits / scale, axis=1), labels)
        axes.plot(sure, right, marker="o", label=name)
    axes.set(xlabel="probability of the first answer", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1))
    axes.legend()
    figure.savefig(path, dpi=_DPI)


def _reliability(probabilities: NDArray[np.float32], labels: Labels) -> tuple[list[float], list[float]]:
    sure, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    places = np.minimum((sure * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    there = np.unique(places)
    return (
        [float(sure[places == place].mean()) for place in there],
        [float(right[places == place].mean()) for place in there],
    )
