"""Whether two engines say the same of drawn photos: what can be asked of an engine where no real ones are."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.vision.answers import Answerer, PhotoAnswer
from shared.vision.bundle import Bundle
from shared.vision.precision import AGREEING, TOLERANCE, Precision

PHOTOS: Final = 64
RESEMBLING: Final = 0.25  # of the logits' own spread: int8 moves them by less, a broken kernel by all of it


def textures(side: int, count: int = PHOTOS) -> NDArray[np.uint8]:
    """(count, side, side, 3): noise whose spectrum falls as that of photos does, 1 / frequency."""
    random = np.random.default_rng(0)
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.fftfreq(side)[None])
    frequency[0, 0] = 1
    spectrum = np.fft.fft2(random.standard_normal((count, 3, side, side))) / frequency
    pixels = np.fft.ifft2(spectrum).real
    pixels -= pixels.mean(axis=(2, 3), keepdims=True)
    pixels *= 50 / pixels.std(axis=(2, 3), keepdims=True)
    shifted = pixels + random.uniform(70, 180, (count, 3, 1, 1))
    return np.ascontiguousarray(shifted.clip(0, 255).astype(np.uint8).transpose(0, 2, 3, 1))


def same(
    bundle: Bundle, precision: Precision, expected: NDArray[np.float32], found: NDArray[np.float32]
) -> bool:
    """Whether logits (N, classes) in this precision are the reference's, as far as drawn photos can tell.

    Where real photos have told how far it agrees, it is enough that this machine computes it at all.
    """
    if precision in bundle.agreement:
        return resembles(expected, found)
    return agrees(bundle, expected, found)


def agrees(bundle: Bundle, expected: NDArray[np.float32], found: NDArray[np.float32]) -> bool:
    """Whether two engines' logits (N, classes) say the same: all there is to go by, for a model that was not
    measured on real photos.

    A first answer is the same where the reference itself gives it as much, to the tolerance.
    """
    answers = Answerer(bundle)
    same = 0
    for one, other in zip(answers(expected, len(bundle.species)), answers(found, 1), strict=True):
        if not (isinstance(one, PhotoAnswer) and isinstance(other, PhotoAnswer)):
            return False
        if abs((one.bird_probability or 0) - (other.bird_probability or 0)) > TOLERANCE:
            return False
        given = {prediction["species"]: prediction["probability"] for prediction in one.predictions}
        first = other.predictions[0]["species"]
        same += given.get(first, 0.0) >= one.predictions[0]["probability"] - TOLERANCE
    return same >= AGREEING[Precision.BF16] * len(expected)


def resembles(expected: NDArray[np.float32], found: NDArray[np.float32]) -> bool:
    """Whether an engine works here at all: for a model that was measured on real photos, elsewhere."""
    moved = np.sqrt(np.mean((found - expected) ** 2))
    return bool(moved <= RESEMBLING * expected.std())  # not so where anything is not finite
