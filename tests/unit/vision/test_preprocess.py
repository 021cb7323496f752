"""Equal to timm's evaluation transform, not merely close: each pixel of each case."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from timm.data import create_transform

from shared.vision.preprocess import CropMode, Interpolation, Preprocessing

MEAN = (0.485, 0.456, 0.406)
FILL = (124, 116, 104)
SIZES = ((224, 224), (500, 375), (375, 500), (260, 261), (84, 489), (1, 1), (3, 40), (641, 97))
SETTINGS = ((260, 0.89), (224, 0.875), (224, 0.9), (224, 1.0), (288, 0.95), (64, 0.7))


def noise(width: int, height: int) -> Image.Image:
    values = np.random.default_rng(width * 1000 + height).integers(0, 256, (height, width, 3), np.uint8)
    return Image.fromarray(values)


def timm_pixels(
    image: Image.Image, size: int, pct: float, mode: str, interpolation: str
) -> NDArray[np.uint8]:
    transform = create_transform(
        size,
        is_training=False,
        crop_pct=pct,
        crop_mode=mode,
        interpolation=interpolation,
        mean=MEAN,
        normalize=False,
    )
    pixels: NDArray[np.uint8] = transform(image).permute(1, 2, 0).numpy()
    return pixels


@pytest.mark.parametrize(("size", "pct"), SETTINGS)
@pytest.mark.parametrize("mode", list(CropMode))
def test_every_pixel_is_that_of_timm(size: int, pct: float, mode: CropMode) -> None:
    ours = Preprocessing(
        size, Interpolation.BICUBIC, pct, mode, FILL if mode is CropMode.BORDER else (0, 0, 0)
    )
    for shape in SIZES:
        image = noise(*shape)
        if mode is CropMode.BORDER and min(shape) * size < max(shape):
            continue  # timm itself scales these to nothing
        found = ours(image)
        assert found.shape == (size, size, 3)
        assert found.dtype == np.uint8
        np.testing.assert_array_equal(found, timm_pixels(image, size, pct, mode, "bicubic"), str(shape))


@pytest.mark.parametrize("interpolation", list(Interpolation))
def test_every_interpolation_is_that_of_timm(interpolation: Interpolation) -> None:
    image = noise(301, 223)
    ours = Preprocessing(160, interpolation, 0.9, CropMode.CENTER)(image)
    np.testing.assert_array_equal(ours, timm_pixels(image, 160, 0.9, "center", interpolation))


def test_odd_crops_round_as_timm_rounds() -> None:
    for size, extra in itertools.product((10, 11), range(6)):
        image = noise(60 + extra, 60)
        ours = Preprocessing(size, Interpolation.BILINEAR, 0.5, CropMode.CENTER)(image)
        np.testing.assert_array_equal(ours, timm_pixels(image, size, 0.5, "center", "bilinear"))


@pytest.mark.parametrize("mode", list(CropMode))
def test_a_strip_of_pixels_needs_no_gigabytes(mode: CropMode) -> None:
    strip = Image.new("RGB", (60_000, 2), (9, 99, 199))
    for image in (strip, strip.transpose(Image.Transpose.ROTATE_90)):
        found = Preprocessing(224, Interpolation.BICUBIC, 0.875, mode)(image)
        assert tuple(found[112, 112]) == (9, 99, 199)
