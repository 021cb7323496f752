"""Which answers of a pass in bf16 leave doubt: those photos are computed again in fp32, the others not.

What rounding moves are logits. A bird probability near 0 or 1 hardly follows them, and the first species
stays the first where it is well ahead.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.vision.answers import Answerer, ManyChances

SURE: Final = 0.95
"""Of a bird, or of none. bf16 moves the logit of `birds525`'s bird probability by 0.11 (standard deviation on
birds525/test); where that is three times as much, 0.95 moves by 0.016, less than TOLERANCE."""
AHEAD: Final = 0.2
"""Of the first species before the second, in logarithms of probabilities: bf16 moves one by 0.04."""


def in_doubt(answerer: Answerer, logits: NDArray[np.floating]) -> NDArray[np.intp]:
    """Rows of logits (B, classes); those that are not finite are among them, for in fp32 they may be."""
    finite = np.isfinite(logits).all(axis=1)
    found = answerer.read(np.where(finite[:, None], logits, 0))
    return np.flatnonzero(~finite | _is_unsure_of_birds(found) | _is_unsure_of_species(found))


def _is_unsure_of_birds(found: ManyChances) -> NDArray[np.bool_]:
    if found.bird is None:
        return np.zeros(len(found), np.bool_)
    return (found.bird > 1 - SURE) & (found.bird < SURE)


def _is_unsure_of_species(found: ManyChances) -> NDArray[np.bool_]:
    if found.log_species.shape[1] < 2:
        return np.zeros(len(found), np.bool_)
    second, first = np.partition(found.log_species, -2, axis=1)[:, -2:].T
    unsure: NDArray[np.bool_] = first - second < AHEAD
    return unsure
