"""What a decode child does with one photo."""

import numpy as np
from numpy.typing import NDArray

from shared.photo.box import Box
from shared.photo.decode import decode
from shared.photo.facts import PhotoFacts
from shared.vision.preprocess import Preprocessing


def prepare(
    data: bytes, preprocessing: Preprocessing, max_pixels: int, box: Box | None
) -> tuple[NDArray[np.uint8], PhotoFacts]:
    """((size, size, 3) pixels, facts) of the bytes of a photo, pixels of `box` alone; raises BirdsError."""
    decoded = decode(data, max_pixels=max_pixels, min_side=preprocessing.scaled_side, box=box)
    return preprocessing(decoded.image), decoded.facts
