"""An engine that computes nothing: what is left of the time is what the system itself costs."""

import time

import numpy as np
from numpy.typing import NDArray

from shared.vision.bundle import Bundle
from shared.vision.embedding import WIDTH
from worker.engines.engine import Outputs


class NullEngine:
    """Answers every photo with the first bird, at once or asleep for as long as a GPU would compute.

    For measuring alone: it looks at no pixel.
    """

    description = "null: the same answer for every photo"
    streams = 1
    embeds = True
    BATCH = 8
    BATCH_AT_ONCE = 64
    """As an accelerator's: eight at a time would cost a transaction for each eight."""

    def __init__(self, bundle: Bundle, batch_size: int | None, photos_per_s: float) -> None:
        """0 photos a second: at once."""
        self.batch_size = batch_size or (self.BATCH if photos_per_s else self.BATCH_AT_ONCE)
        self.largest_batch = self.batch_size
        self._photo_s = 1 / photos_per_s if photos_per_s else 0.0
        self._row = np.zeros(len(bundle.classes), np.float32)
        self._row[next(index for index, one in enumerate(bundle.classes) if one.is_bird)] = 10.0
        self._embedding = np.full(WIDTH, WIDTH**-0.5, np.float16)

    def look(self, batch: NDArray[np.uint8]) -> Outputs:
        time.sleep(self._photo_s * len(batch))
        return Outputs(np.tile(self._row, (len(batch), 1)), np.tile(self._embedding, (len(batch), 1)), None)

    def warm_up(self) -> None:
        """Nothing is lazy here."""

    def close(self) -> None:
        """Nothing is held."""
