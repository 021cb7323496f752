"""Measures of a classifier, by torchmetrics, and how far chance moves them.

Macro-F1 is the mean of the species' F1: in an unbalanced set a rare species counts as much as a frequent one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from torchmetrics.functional import classification as measures

Labels = NDArray[np.int64]
Logits = NDArray[np.float32]

RESAMPLES = 1000  # the ends of a 95 % interval then move by a tenth of its width
CALIBRATION_BINS = 15  # as the literature has it
TEMPERATURES = (0.05, 20.0)  # between them any model's best one lies


@dataclass(frozen=True, slots=True)
class Interval:
    """A measure with its 95 % interval: what other samples of as many photos would give."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def macro_f1(guesses: Labels, labels: Labels, classes: int) -> float:
    """Over the classes that are among the labels or the guesses."""
    found, wanted = _tensors(guesses, labels)
    return float(measures.multiclass_f1_score(found, wanted, num_classes=classes, average="macro"))


def by_class(measure: str, guesses: Labels, labels: Labels, classes: int) -> list[float]:
    """`measure` is f1_score, precision or recall; 0 for a class that is neither labelled nor guessed."""
    function = getattr(measures, f"multiclass_{measure}")
    found: list[float] = function(*_tensors(guesses, labels), num_classes=classes, average=None).tolist()
    return found


def interval(
    measure: Callable[..., Any], *arrays: NDArray[Any], strata: NDArray[Any] | None = None, seed: int = 0
) -> Interval:
    """Of `measure(*arrays)`; photos are drawn anew, together in all arrays (percentile bootstrap).

    With `strata` (N,), as many of each stratum as there are (Davison and Hinkley, 1997, section 3.2); those
    of a single photo are one stratum together, since alone each sample of them would be the same.
    """
    count = len(arrays[0])
    strata = np.zeros(count) if strata is None else _of_several(strata)
    order = np.argsort(strata, kind="stable")
    _, starts, sizes = np.unique(strata[order], return_index=True, return_counts=True)
    starts, sizes = np.repeat(starts, sizes), np.repeat(sizes, sizes)
    random = np.random.default_rng(seed)
    found = []
    for _ in range(RESAMPLES):
        drawn = order[starts + (random.random(count) * sizes).astype(int)]
        found.append(float(measure(*(array[drawn] for array in arrays))))
    low, high = np.quantile(found, (0.025, 0.975))
    return Interval(float(measure(*arrays)), float(low), float(high))


def _of_several(strata: NDArray[Any]) -> NDArray[np.int64]:
    _, number, sizes = np.unique(strata, return_inverse=True, return_counts=True)
    return np.where(sizes[number] == 1, -1, number)


def macro_f1_interval(guesses: Labels, labels: Labels, classes: int) -> Interval:
    """Drawn species by species: one of which no photo was drawn would count as never recognised."""
    return interval(lambda some, wanted: macro_f1(some, wanted, classes), guesses, labels, strata=labels)


def hit_in_first(logits: Logits, labels: Labels, k: int) -> NDArray[np.bool_]:
    """(N,): whether the label is among the `k` most probable classes."""
    first = np.argsort(-logits, axis=1, kind="stable")[:, :k]
    hits: NDArray[np.bool_] = (first == labels[:, None]).any(axis=1)
    return hits


def calibration_error(logits: Logits, labels: Labels, temperature: float = 1.0) -> float:
    """Expected difference between how sure the model is and how often it is right."""
    scaled, wanted = _tensors(logits / temperature, labels)
    return float(
        measures.multiclass_calibration_error(
            scaled.softmax(dim=1), wanted, num_classes=logits.shape[1], n_bins=CALIBRATION_BINS
        )
    )


def best_temperature(logits: Logits, labels: Labels, weights: NDArray[np.float64] | None = None) -> float:
    """That under which the labels are most probable; fit it on photos that are not measured with.

    `weights` (N,) say how much a photo counts.
    """

    def loss(log_temperature: float) -> float:
        scaled = log_softmax(logits.astype(np.float64) / np.exp(log_temperature), axis=1)
        return float(-np.average(scaled[np.arange(len(labels)), labels], weights=weights))

    found = minimize_scalar(loss, bounds=tuple(np.log(TEMPERATURES)), method="bounded")
    return float(np.exp(found.x))


def _tensors(*arrays: NDArray[Any]) -> list[torch.Tensor]:
    return [torch.from_numpy(np.ascontiguousarray(array)) for array in arrays]
