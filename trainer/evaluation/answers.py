"""What a model says of a split's photos, beside what they show."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from shared.vision.answers import Answerer, PhotoAnswer
from shared.vision.labels import class_of
from shared.vision.loading import LoadedModel
from trainer.data.data_set import DataSet
from trainer.data.errors import DataSetError
from trainer.evaluation.looks import look
from trainer.evaluation.metrics import Labels, Logits


@dataclass(frozen=True, slots=True)
class Answers:
    """`logits` are of species (N, species); `labels` (N,) are places in `species`."""

    logits: Logits
    labels: Labels
    species: tuple[str, ...]
    bird_probability: NDArray[np.float64] | None = None
    """(N,), of a model that gives one."""

    @property
    def guesses(self) -> Labels:
        best: Labels = self.logits.argmax(axis=1)
        return best

    @property
    def confusion(self) -> Labels:
        """(species, species) counts: rows are what was shown, columns what was said."""
        matrix = np.zeros((len(self.species), len(self.species)), np.int64)
        np.add.at(matrix, (self.labels, self.guesses), 1)
        return matrix


def answers_of(model: LoadedModel, data: DataSet, split: str, device: torch.device) -> Answers:
    """Raises `DataSetError` where the split is empty, or has species that the model does not know."""
    examples = data.of(split)
    if not examples:
        raise DataSetError(f"the data set has no photo in {split}/")
    species = tuple(class_of(name).species for name in model.bundle.species)
    shown = [class_of(one.species).species for one in examples]
    _check_names(model, species, shown)
    place = {name: number for number, name in enumerate(species)}
    logits = look(model, [one.path for one in examples], device).logits
    birds = bird_probabilities(model, logits)
    columns = [number for number, one in enumerate(model.bundle.classes) if one.is_bird]
    labels = np.array([place[name] for name in shown])
    return Answers(logits[:, columns], labels, species, birds)


def bird_probabilities(model: LoadedModel, logits: Logits) -> NDArray[np.float64] | None:
    """(N,), of all the model's logits (N, classes)."""
    found = [
        one.bird_probability for one in Answerer(model.bundle)(logits, 1) if isinstance(one, PhotoAnswer)
    ]
    known = [one for one in found if one is not None]
    return np.array(known) if known else None


def _check_names(model: LoadedModel, species: Sequence[str], shown: Sequence[str]) -> None:
    bundle = model.bundle
    if unknown := set(shown) - set(species):
        raise DataSetError(f"{bundle.id} does not know {len(unknown)} species, such as {min(unknown)}")
    if sum(one.is_bird for one in bundle.classes) != len(set(species)):
        raise DataSetError(f"{bundle.id} has several classes for one species: it can't be measured so")
