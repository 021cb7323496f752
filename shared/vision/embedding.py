"""A few numbers a photo that tell how alike two photos look to a model (embedding)."""

import hashlib
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

WIDTH: Final = 256
"""Numbers of an embedding at most: half a kilobyte a photo."""
_SEED: Final = b"birds embedding 1"


def embeddings(features: NDArray[np.floating]) -> NDArray[np.float16]:
    """(B, width) features from the layer below a model's head to (B, at most WIDTH), each of length 1.

    The cosine of two photos is the sum of products of their numbers. Wider features are projected at random,
    which keeps the angles between them (Johnson and Lindenstrauss, 1984): to 0.06 for photos that have
    nothing in common, and the closer, the more alike they are. A row that is not finite, or all 0, is all 0.
    """
    rows = features.astype(np.float32)
    rows[~np.isfinite(rows).all(axis=1)] = 0
    if rows.shape[1] > WIDTH:
        rows = rows @ _projection(rows.shape[1])
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found: NDArray[np.float16] = (rows / np.where(lengths > 0, lengths, 1)).astype(np.float16)
    return found


@lru_cache(8)
def _projection(width: int) -> NDArray[np.float32]:
    """(width, WIDTH) of 1 and -1, which do as well as normal numbers (Achlioptas, 2003).

    From a hash, so that all workers of all versions project alike: numpy promises no such thing of its
    generators. Models differ in what their features mean, so one matrix does for all of one width.
    """
    bits = np.frombuffer(hashlib.shake_256(_SEED).digest(width * WIDTH // 8), np.uint8)
    signs = np.unpackbits(bits).reshape(width, WIDTH).astype(np.float32) * 2 - 1
    projection: NDArray[np.float32] = signs / np.float32(np.sqrt(WIDTH))
    return projection
