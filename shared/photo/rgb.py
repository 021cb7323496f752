"""From any mode that Pillow decodes to, to 8-bit RGB. Colour profiles are left aside, as in training."""

from PIL import Image, ImageChops
from PIL.JpegImagePlugin import JpegImageFile

from shared.errors import BirdsError, Code

BACKGROUND = (128, 128, 128)
"""What shows through transparent pixels: mid-grey, near the mean of natural photos, so that a cut-out
bird gets no bright or dark frame that a classifier would take for sky or night."""

_SIXTEEN_BIT = frozenset(("I;16", "I;16L", "I;16B", "I;16N"))


def to_rgb(image: Image.Image) -> Image.Image:
    if image.mode == "RGB" and not image.has_transparency_data:
        return image
    if image.mode in _SIXTEEN_BIT or image.mode == "I":
        return _from_16_bit(image).convert("RGB")
    if image.mode == "CMYK":
        return _from_cmyk(image)
    if image.mode == "F":
        raise BirdsError(Code.UNSUPPORTED_TYPE, "Its pixels are floating-point numbers, not colours.")
    if image.has_transparency_data:
        return _on_background(image)
    return image.convert("RGB")


def _from_16_bit(image: Image.Image) -> Image.Image:
    """Keeps the high byte; a plain convert("L") would clip everything above 255 to white."""
    return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def _from_cmyk(image: Image.Image) -> Image.Image:
    """Pillow takes every CMYK JPEG for an Adobe one and inverts it; without Adobe's marker it is not."""
    if isinstance(image, JpegImageFile) and "adobe" not in image.info:
        image = ImageChops.invert(image)
    return image.convert("RGB")


def _on_background(image: Image.Image) -> Image.Image:
    layer = image.convert("RGBA")
    canvas = Image.new("RGBA", layer.size, (*BACKGROUND, 255))
    return Image.alpha_composite(canvas, layer).convert("RGB")
