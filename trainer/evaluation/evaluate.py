"""Evaluates a bundle on one split of a data set, its temperature fitted on another."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict

from shared.vision.loading import LoadedModel
from shared.vision.species import title_case
from trainer.data.folders import DataSet, DataSetError, Example
from trainer.evaluation import metrics
from trainer.evaluation.metrics import Interval, Labels, Logits
from trainer.evaluation.predict import predict

FIT_ON = "valid"
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


def evaluate(model: LoadedModel, data: DataSet, split: str, device: torch.device) -> Evaluation:
    """Raises `DataSetError` where the split is empty, or has species that the model does not know."""
    species = model.bundle.species
    logits, labels = _answers(model, data.of(split), device, split)
    fit_logits, fit_labels = logits, labels
    if split != FIT_ON and data.of(FIT_ON):
        fit_logits, fit_labels = _answers(model, data.of(FIT_ON), device, FIT_ON)
    temperature = metrics.best_temperature(fit_logits, fit_labels)
    guesses = logits.argmax(axis=1)
    return Evaluation(
        model=model.bundle.id,
        weights_sha256=model.bundle.weights_sha256,
        data=data.folder.name,
        split=split,
        photos=len(labels),
        macro_f1=metrics.interval(lambda g, t: metrics.macro_f1(g, t, len(species)), guesses, labels),
        accuracy=metrics.interval(np.mean, guesses == labels),
        top5=metrics.interval(np.mean, metrics.hit_in_first(logits, labels, 5)),
        temperature=temperature,
        calibration_error=metrics.calibration_error(logits, labels),
        calibration_error_scaled=metrics.calibration_error(logits, labels, temperature),
        by_species=_by_species(guesses, labels, species),
        confusions=_confusions(guesses, labels, species),
    )


def _answers(
    model: LoadedModel, examples: Sequence[Example], device: torch.device, split: str
) -> tuple[Logits, Labels]:
    """Logits of species (N, species), and each photo's species by its place in the bundle's."""
    if not examples:
        raise DataSetError(f"the data set has no photo in {split}/")
    place = {name: number for number, name in enumerate(model.bundle.species)}
    unknown = {name for name in {title_case(one.species) for one in examples} if name not in place}
    if unknown:
        raise DataSetError(f"{model.bundle.id} does not know {len(unknown)} species, such as {min(unknown)}")
    module = model.module.to(device).eval()
    logits = predict(module, model.bundle.input, [example.path for example in examples], device)
    columns = [number for number, one in enumerate(model.bundle.classes) if one.is_bird]
    if len(columns) != len(place):
        raise DataSetError(f"{model.bundle.id} has several classes for one species: it can't be measured so")
    return logits[:, columns], np.array([place[title_case(example.species)] for example in examples])


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


def _confusions(guesses: Labels, labels: Labels, species: Sequence[str]) -> list[Confusion]:
    wrong = guesses != labels
    pairs = Counter(zip(labels[wrong].tolist(), guesses[wrong].tolist(), strict=True))
    return [
        Confusion(species=species[label], called=species[guess], photos=photos)
        for (label, guess), photos in pairs.most_common(CONFUSIONS)
    ]
