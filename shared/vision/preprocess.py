"""The one preprocessing of training and serving: pixel for pixel timm's evaluation transform, without torch.

Normalising, (x / 255 - mean) / std, is left to the engine: it is cheap on the device and a quarter of
the bytes travel there.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from PIL import Image

from shared.photo.box import Box, centred

if TYPE_CHECKING:  # whoever only reads a bundle, such as the api, has no numpy
    import numpy as np
    from numpy.typing import NDArray

_MAX_ASPECT = 20
"""Beyond this only the middle is scaled: a strip of 65,000 x 10 pixels would become one of 1.9 million
x 292. The crop shows a square of it, so the answer is the same."""


class CropMode(StrEnum):
    """As timm names them."""

    CENTER = "center"  # scale the shorter side, cut out the middle
    SQUASH = "squash"  # scale both sides, whatever the aspect ratio, cut out the middle
    BORDER = "border"  # scale the longer side, pad with the mean colour


class Interpolation(StrEnum):
    """As timm names them."""

    NEAREST = "nearest"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"
    BOX = "box"
    HAMMING = "hamming"
    LANCZOS = "lanczos"


_FILTERS: Final = {kind: Image.Resampling[kind.name] for kind in Interpolation}


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How a decoded photo becomes the input of one model; small, so that it travels with every photo."""

    size: int
    """Side of the square input in pixels."""
    interpolation: Interpolation
    crop_pct: float
    """Input size as a part of the size that is scaled to."""
    crop_mode: CropMode
    fill: tuple[int, int, int] = (0, 0, 0)
    """Padding colour of `border`."""

    @property
    def scaled_side(self) -> int:
        """Pixels that the shorter side (`border`: the longer one) is scaled to before the crop."""
        return math.floor(self.size / self.crop_pct)

    def __call__(self, image: Image.Image) -> "NDArray[np.uint8]":
        """(size, size, 3) uint8 from an upright RGB image of any size."""
        import numpy as np

        image = _without_far_ends(image)
        scaled = image.resize(self._scaled_size(*image.size), _FILTERS[self.interpolation])
        return np.asarray(self._centre(scaled))

    def seen(self, width: int, height: int) -> Box:
        """What of a photo the input shows; that of `border` reaches beyond the photo, where it is padded."""
        longest = _MAX_ASPECT * min(width, height)
        across, down = min(width, longest), min(height, longest)
        match self.crop_mode:
            case CropMode.CENTER:
                across = down = min(across, down)
            case CropMode.BORDER:
                across = down = max(across, down)
            case CropMode.SQUASH:
                pass
        share = self.size / self.scaled_side
        return centred(share * across / width, share * down / height)

    def _scaled_size(self, width: int, height: int) -> tuple[int, int]:
        """(width, height) to scale to, rounded as torchvision and timm round."""
        side = self.scaled_side
        match self.crop_mode:
            case CropMode.CENTER:
                shorter, longer = sorted((width, height))
                scaled = int(side * longer / shorter)
                return (side, scaled) if width <= height else (scaled, side)
            case CropMode.SQUASH:
                return side, side
            case CropMode.BORDER:
                ratio = max(height / side, width / side)
                return max(1, round(width / ratio)), max(1, round(height / ratio))

    def _centre(self, image: Image.Image) -> Image.Image:
        """The middle square, padded where the image is smaller than the input."""
        width, height = image.size
        if width < self.size or height < self.size:
            image = self._padded(image)
            width, height = image.size
        left, top = round((width - self.size) / 2), round((height - self.size) / 2)
        return image.crop((left, top, left + self.size, top + self.size))

    def _padded(self, image: Image.Image) -> Image.Image:
        width, height = image.size
        canvas = Image.new("RGB", (max(width, self.size), max(height, self.size)), self.fill)
        canvas.paste(image, ((canvas.width - width) // 2, (canvas.height - height) // 2))
        return canvas


def _without_far_ends(image: Image.Image) -> Image.Image:
    width, height = image.size
    longest = _MAX_ASPECT * min(width, height)
    if max(width, height) <= longest:
        return image
    if width > height:
        left = (width - longest) // 2
        return image.crop((left, 0, left + longest, height))
    top = (height - longest) // 2
    return image.crop((0, top, width, top + longest))
