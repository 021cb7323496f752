"""Compares answers to the same photos."""

import numpy as np
from numpy.typing import NDArray

from shared.errors import BirdsError
from shared.vision.answers import Answerer, Chances
from shared.vision.bundle import Bundle
from shared.vision.precision import TOLERANCE, Agreement


def agreement(
    bundle: Bundle, reference: NDArray[np.float32], found: NDArray[np.float32], data: str
) -> Agreement:
    """Of two engines' logits (N, classes) of the same photos, which are from the set `data`.

    An answer that is not finite agrees with none.
    """
    answerer = Answerer(bundle)
    pairs = list(zip(answerer.chances(reference), answerer.chances(found), strict=True))
    gaps = np.array([_bird_gap(*pair) for pair in pairs])
    return Agreement(
        photos=len(pairs),
        data=data,
        same_first=round(float(np.mean([_same_first(*pair) for pair in pairs])), 4),
        same_bird=round(float(np.mean(gaps <= TOLERANCE)), 4),
        bird_gap=round(float(gaps.max()), 4),
    )


def _same_first(one: Chances | BirdsError, other: Chances | BirdsError) -> bool:
    if isinstance(one, BirdsError) or isinstance(other, BirdsError):
        return False
    return bool(one.log_species.argmax() == other.log_species.argmax())


def _bird_gap(one: Chances | BirdsError, other: Chances | BirdsError) -> float:
    if isinstance(one, BirdsError) or isinstance(other, BirdsError):
        return 1.0
    return abs((one.bird or 0.0) - (other.bird or 0.0))
