"""What a model answers after one look or two, as its bundle has it: what is evaluated is what is served."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from shared.errors import BirdsError
from shared.vision.answers import Answerer, Chances
from shared.vision.loading import LoadedModel
from shared.vision.looking import Looking
from shared.vision.second_look import together, where_to_look
from trainer.evaluation.predict import predict, run


@dataclass(frozen=True, slots=True)
class Looked:
    chances: list[Chances]
    """Of each photo."""
    again: int = 0
    """Photos that were looked at twice."""

    @property
    def bird_probabilities(self) -> NDArray[np.float64] | None:
        """(N,); None of a model that tells none."""
        known = [one.bird for one in self.chances if one.bird is not None]
        return np.array(known) if known else None


def look(model: LoadedModel, paths: Sequence[Path], device: torch.device) -> Looked:
    """Raises BirdsError: a file is no photo, or the model has no finite answer for it."""
    module, spec, rule = model.module.to(device).eval(), model.bundle.input, model.bundle.second_look
    answerer = Answerer(model.bundle)
    if rule is None:
        return Looked(_finite(answerer.chances(predict(module, spec, paths, device))))
    (logits, places), sizes = run(Looking(module), spec, [(path, None) for path in paths], device)
    chances = _finite(answerer.chances(logits))
    boxes = [
        where_to_look(found, its_places, rule, spec.preprocessing, size)
        for found, its_places, size in zip(chances, places, sizes, strict=True)
    ]
    unsure = [number for number, box in enumerate(boxes) if box is not None]
    if unsure:
        (closer,), _ = run(module, spec, [(paths[number], boxes[number]) for number in unsure], device)
        for number, second in zip(unsure, answerer.chances(closer), strict=True):
            chances[number] = together(chances[number], second)
    return Looked(chances, len(unsure))


def _finite(found: Sequence[Chances | BirdsError]) -> list[Chances]:
    chances = []
    for one in found:
        if isinstance(one, BirdsError):
            raise one
        chances.append(one)
    return chances
