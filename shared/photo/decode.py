"""From the bytes of a photo to upright RGB pixels and the facts about it."""

from dataclasses import dataclass

from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from shared.errors import BirdsError, Code
from shared.photo import exif
from shared.photo.facts import PhotoFacts
from shared.photo.opening import check_pixels, opened, pending_orientation, upright_size
from shared.photo.rgb import to_rgb

_OVERSAMPLING = 2
"""A JPEG is decoded at a fraction of its size only while at least this many times `min_side` is left:
the resize that follows then hides what the coarser decode lost."""

_TRANSPOSITIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Decoded:
    image: Image.Image
    """Upright RGB; smaller than the photo where `min_side` allowed it."""
    facts: PhotoFacts
    """Width and height are those of the whole photo."""


def decode(data: bytes, *, max_pixels: int, min_side: int | None) -> Decoded:
    """Decode a photo, its first frame if it has several.

    `min_side` is the shortest side in pixels that the caller will scale to; a much larger JPEG is then
    decoded at 1/2, 1/4 or 1/8. None decodes every pixel.
    Raises BirdsError: empty-file, unsupported-type, too-many-pixels, truncated-image, corrupt-image.
    """
    with opened(data, max_pixels=max_pixels) as (image, kind):
        width, height = upright_size(image)
        _shrink_on_load(image, min_side)
        image.load()
        if not isinstance(image, JpegImageFile):  # some formats tell their true size only now
            check_pixels(image, max_pixels)
            width, height = upright_size(image)
        facts = _facts(image, width, height, kind)
        return Decoded(_transposed(to_rgb(image), pending_orientation(image)), facts)


def _shrink_on_load(image: ImageFile.ImageFile, min_side: int | None) -> None:
    if min_side is not None and isinstance(image, JpegImageFile):
        wanted = min_side * _OVERSAMPLING
        image.draft(None, (wanted, wanted))


def _facts(image: Image.Image, width: int, height: int, kind: str) -> PhotoFacts:
    if min(width, height) < 1:
        raise BirdsError(Code.CORRUPT_IMAGE, "The picture has no pixels.")
    tags = exif.read(image)
    latitude, longitude = exif.position(tags) or (None, None)
    return PhotoFacts(width, height, kind, exif.taken_at(tags), latitude, longitude)


def _transposed(image: Image.Image, orientation: int) -> Image.Image:
    method = _TRANSPOSITIONS.get(orientation)
    return image if method is None else image.transpose(method)
