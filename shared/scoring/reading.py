"""What a model said of one photo, in as few numbers as it can be told from again."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.photo.box import Box

HALF: Final = np.dtype("<f2")
"""As it is stored: two bytes a class. 0.0005 of a logit's distance from the best one is lost, which moves a
probability of 0.5 by 0.0001 at most."""
_LOWEST: Final = -60_000.0  # the least that a half float holds is -65,504


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """An answer is computed from these numbers, and so is it computed again, to the last digit."""

    looks: NDArray[np.float16]
    """(looks, classes) logits less their row's highest, which no probability depends on."""
    embedding: NDArray[np.float16] | None = None
    """Of the first look, which all photos have: see `shared.vision.embedding`."""
    box: Box | None = None
    """What the second look was at."""

    def closer(self, logits: NDArray[np.float16], box: Box) -> "Reading":
        """With a second look."""
        return replace(self, looks=np.stack([self.looks[0], logits]), box=box)


def rounded(logits: NDArray[np.floating]) -> NDArray[np.float16]:
    """(B, classes) as they are kept. A row that is not finite stays so."""
    rows = logits.astype(np.float32)
    with np.errstate(invalid="ignore"):  # infinity less infinity
        rows = rows - rows.max(axis=1, keepdims=True)
    found: NDArray[np.float16] = np.where(np.isfinite(rows), rows.clip(_LOWEST), np.nan).astype(HALF)
    return found


def packed(values: NDArray[np.float16]) -> bytes:
    return values.astype(HALF).tobytes()


def unpacked(data: bytes, width: int) -> NDArray[np.float16]:
    """(rows, width)."""
    found: NDArray[np.float16] = np.frombuffer(data, HALF).reshape(-1, width)
    return found
