"""From a bundle's folder to its evaluation."""

from pathlib import Path

import torch

from shared.vision.loading import load
from trainer.data.data_set import DataSet
from trainer.evaluation.answers import Answers, answers_of
from trainer.evaluation.evaluate import Evaluation, compare, evaluate
from trainer.evaluation.looks import look


def measure(
    folder: Path, data: DataSet, split: str, device: torch.device, against: Path | None = None
) -> tuple[Evaluation, Answers]:
    """`against` is another bundle. Raises DataSetError, BirdsError (no-model, or a file that is no photo)."""
    model = load(folder)
    found = answers_of(model, data, split, device)
    others = None
    if found.bird_probability is not None and data.no_birds_measured:
        others = look(model, data.no_birds_measured, device).bird_probabilities
    evaluation = evaluate(model.bundle, data.folder.name, split, found, others)
    if against is None:
        return evaluation, found
    other = load(against)
    comparison = compare(found, answers_of(other, data, split, device), other.bundle.id)
    return evaluation.model_copy(update={"comparison": comparison}), found
