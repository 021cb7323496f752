"""How sure a continued model may be, and how good it is, by photos that nothing was learned from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from shared.vision.bundle import Bundle
from trainer.continuing.classes import ContinuedClasses
from trainer.data.data_set import DataSet
from trainer.evaluation import metrics
from trainer.evaluation.bird_score import fit_bird_score

Answering = Callable[[Sequence[Path]], metrics.Logits]
"""Logits (N, classes) of photos."""


@dataclass(frozen=True, slots=True)
class Held:
    """Photos to measure by, with their classes (N,), and some without birds."""

    paths: Sequence[Path]
    labels: metrics.Labels
    others: Sequence[Path]


def held(sets: Sequence[DataSet], classes: ContinuedClasses) -> Held:
    """Of valid/, as far as there is an output for them."""
    shown = [(one.path, classes.place(one, data)) for data in sets for one in data.of("valid")]
    known = [(path, place) for path, place in shown if place is not None]
    others = [path for data in sets for path in data.no_birds_measured]
    return Held([path for path, _ in known], np.array([place for _, place in known], np.int64), others)


def calibrated(
    shown: Held, parent: Bundle, classes: ContinuedClasses, before: Answering, now: Answering, least: int
) -> dict[str, Any]:
    """Fields of the bundle; with fewer than `least` photos temperature and bird score stay the parent's."""
    if not len(shown.labels):
        return {}
    birds = [number for number, one in enumerate(classes.classes) if one.is_bird]
    old = [number for number in birds if number < classes.known]  # the first of them
    place = {number: column for column, number in enumerate(birds)}
    labels = np.array([place[label] for label in shown.labels])
    logits = now(shown.paths)
    guesses = {
        "valid_macro_f1": logits[:, birds].argmax(axis=1),
        "valid_macro_f1_before": before(shown.paths)[:, old].argmax(axis=1),
    }
    figures = {name: metrics.macro_f1(said, labels, len(birds)) for name, said in guesses.items()}
    found: dict[str, Any] = {"metrics": figures | {"valid_photos": float(len(labels))}}
    if len(labels) >= least:
        found["temperature"] = metrics.best_temperature(logits[:, birds], labels)
        if parent.bird_score is not None and shown.others:
            fitted = fit_bird_score(logits, now(shown.others))
            found["bird_score"] = fitted.score
            found["metrics"] |= fitted.metrics
    return found
