"""Measures a bundle on one split of a data set, as sure of its answers as it is when it serves."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from shared.vision.bundle import Bundle
from shared.vision.no_bird import NO_BIRD_BELOW
from trainer.evaluation import metrics
from trainer.evaluation.answers import Answers
from trainer.evaluation.metrics import Interval, Labels

CONFUSIONS = 30  # pairs that are told of


class _Report(BaseModel):
    model_config = ConfigDict(frozen=True)


class SpeciesScore(_Report):
    species: str
    photos: int
    precision: float
    recall: float
    f1: float


class Confusion(_Report):
    """`photos` of `species` that were called `called`."""

    species: str
    called: str
    photos: int


class Comparison(_Report):
    """With another model, on the same photos; resampled together, since both find the same ones hard."""

    other: str
    other_macro_f1: Interval
    difference: Interval
    """Of macro-F1, this model's less the other's: real where 0 lies outside."""


class Evaluation(_Report):
    model: str
    weights_sha256: str
    data: str
    split: str
    photos: int
    macro_f1: Interval
    accuracy: Interval
    top5: Interval
    temperature: float
    calibration_error: float
    calibration_error_scaled: float
    by_species: list[SpeciesScore]
    confusions: list[Confusion]
    birds_called_birds: float | None = None
    """Share of the photos; None of a model that gives no bird probability."""
    others_called_birds: float | None = None
    """Share of photos without birds, of those in notbird/ that are for measuring alone."""
    others: int = 0
    """How many these are."""
    comparison: Comparison | None = None


def evaluate(
    bundle: Bundle, data: str, split: str, found: Answers, others: NDArray[np.float64] | None = None
) -> Evaluation:
    """Figures of `found`, at the bundle's own temperature; `others` (N,) are bird probabilities of others."""
    logits, labels, guesses = found.logits, found.labels, found.guesses
    return Evaluation(
        model=bundle.id,
        weights_sha256=bundle.weights_sha256,
        data=data,
        split=split,
        photos=len(labels),
        macro_f1=metrics.macro_f1_interval(guesses, labels, len(found.species)),
        accuracy=metrics.interval(np.mean, guesses == labels),
        top5=metrics.interval(np.mean, metrics.hit_in_first(logits, labels, 5)),
        temperature=bundle.temperature,
        calibration_error=metrics.calibration_error(logits, labels),
        calibration_error_scaled=metrics.calibration_error(logits, labels, bundle.temperature),
        birds_called_birds=_called_birds(found.bird_probability),
        others_called_birds=_called_birds(others),
        others=0 if others is None else len(others),
        by_species=_by_species(guesses, labels, found.species),
        confusions=_confusions(found.confusion, found.species),
    )


def _called_birds(probabilities: NDArray[np.float64] | None) -> float | None:
    return None if probabilities is None else float((probabilities >= NO_BIRD_BELOW).mean())


def compare(found: Answers, other: Answers, other_id: str) -> Comparison:
    """By paired bootstrap; both are answers to the same photos, in one order."""
    classes = len(found.species)

    def difference(ours: Labels, theirs: Labels, labels: Labels) -> float:
        return metrics.macro_f1(ours, labels, classes) - metrics.macro_f1(theirs, labels, classes)

    place = np.array([found.species.index(name) for name in other.species])
    theirs = place[other.guesses]
    return Comparison(
        other=other_id,
        other_macro_f1=metrics.macro_f1_interval(theirs, found.labels, classes),
        difference=metrics.interval(difference, found.guesses, theirs, found.labels, strata=found.labels),
    )


def _by_species(guesses: Labels, labels: Labels, species: Sequence[str]) -> list[SpeciesScore]:
    photos = np.bincount(labels, minlength=len(species)).tolist()
    columns = {
        column: metrics.by_class(measure, guesses, labels, len(species))
        for column, measure in (("precision", "precision"), ("recall", "recall"), ("f1", "f1_score"))
    }
    return [
        SpeciesScore(
            species=name,
            photos=photos[number],
            **{column: scores[number] for column, scores in columns.items()},
        )
        for number, name in enumerate(species)
    ]


def _confusions(matrix: Labels, species: Sequence[str]) -> list[Confusion]:
    wrong = matrix * (1 - np.eye(len(matrix), dtype=np.int64))
    pairs = Counter({(row, column): int(wrong[row, column]) for row, column in np.argwhere(wrong)})
    return [
        Confusion(species=species[shown], called=species[said], photos=photos)
        for (shown, said), photos in pairs.most_common(CONFUSIONS)
    ]
