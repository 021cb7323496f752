"""Two engines of one model: a quick one looks at all photos, an exact one again at those that leave doubt."""

import random
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from shared.vision.answers import Answerer
from shared.vision.bundle import Bundle
from shared.vision.doubt import in_doubt
from shared.vision.precision import Precision
from worker.engines.engine import Engine, Outputs

Rows = Callable[[NDArray[np.floating]], NDArray[np.intp]]
"""Of logits (B, classes) those that are computed again."""


class CheckedEngine:
    """Answers as the exact one does where it matters, nearly as fast as the quick one where few need it."""

    def __init__(self, quick: Engine, exact: Engine, again: Rows) -> None:
        """Both of the same shape, and of the same runtime and device."""
        where = quick.description.rpartition(" ")[0]
        self.description = f"{where} {Precision.CHECKED}"
        self.batch_size = quick.batch_size
        self.largest_batch = quick.largest_batch
        self.streams = quick.streams
        self.embeds = quick.embeds
        self._quick = quick
        self._exact = exact
        self._again = again

    def look(self, batch: NDArray[np.uint8]) -> Outputs:
        found = self._quick.look(batch)
        rows = self._again(found.logits)
        if len(rows):
            for seen, exact in zip(found, self._exact.look(batch[rows]), strict=True):
                if seen is not None and exact is not None:
                    seen[rows] = exact
        return found

    def warm_up(self) -> None:
        self._quick.warm_up()
        self._exact.warm_up()

    def close(self) -> None:
        self._quick.close()
        self._exact.close()


def where_in_doubt(bundle: Bundle) -> Rows:
    answerer = Answerer(bundle)
    return lambda logits: in_doubt(answerer, logits)


def by_chance(share: float) -> Rows:
    """As many as on real photos, for measuring on drawn ones, which a model is sure of to be no birds."""
    return lambda logits: np.flatnonzero([random.random() < share for _ in logits])
