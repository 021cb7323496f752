"""What a model says of a split's photos, beside what they show."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from shared.vision.labels import class_of
from shared.vision.loading import LoadedModel
from trainer.data.data_set import DataSet
from trainer.data.errors import DataSetError
from trainer.evaluation.looks import look
from trainer.evaluation.metrics import Labels, Logits


@dataclass(frozen=True, slots=True)
class Answers:
    """`logits` (N, species) are for the model's temperature; `labels` (N,) are places in `species`."""

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
    looked = look(model, [one.path for one in examples], device)
    logits = model.bundle.temperature * np.stack([one.log_species for one in looked.chances])
    labels = np.array([place[name] for name in shown])
    return Answers(logits.astype(np.float32), labels, species, looked.bird_probabilities)


def _check_names(model: LoadedModel, species: Sequence[str], shown: Sequence[str]) -> None:
    bundle = model.bundle
    if unknown := set(shown) - set(species):
        raise DataSetError(f"{bundle.id} does not know {len(unknown)} species, such as {min(unknown)}")
    if sum(one.is_bird for one in bundle.classes) != len(set(species)):
        raise DataSetError(f"{bundle.id} has several classes for one species: it can't be measured so")
