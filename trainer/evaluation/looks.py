"""What a model answers after one look or two, as its bundle has it: what is evaluated is what is served."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from shared.vision.answers import Answerer
from shared.vision.loading import LoadedModel
from shared.vision.looking import Looking
from shared.vision.second_look import is_surer, where_to_look
from trainer.evaluation.predict import predict, run


@dataclass(frozen=True, slots=True)
class Looked:
    logits: NDArray[np.float32]
    """(N, classes), of the look whose answer stays."""
    again: int = 0
    """Photos that were looked at twice."""


def look(model: LoadedModel, paths: Sequence[Path], device: torch.device) -> Looked:
    """Raises BirdsError: a file is no photo."""
    module, spec, rule = model.module.to(device).eval(), model.bundle.input, model.bundle.second_look
    if rule is None:
        return Looked(predict(module, spec, paths, device))
    answerer = Answerer(model.bundle)
    (logits, places), sizes = run(Looking(module), spec, [(path, None) for path in paths], device)
    first = answerer(logits, 1)
    boxes = [
        where_to_look(found, its_places, rule, spec.preprocessing, size)
        for found, its_places, size in zip(first, places, sizes, strict=True)
    ]
    unsure = [number for number, box in enumerate(boxes) if box is not None]
    if unsure:
        (closer,), _ = run(module, spec, [(paths[number], boxes[number]) for number in unsure], device)
        for number, row, second in zip(unsure, closer, answerer(closer, 1), strict=True):
            if is_surer(second, first[number]):
                logits[number] = row
    return Looked(logits, len(unsure))
