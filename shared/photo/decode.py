"""From the bytes of a photo to upright RGB pixels and the facts about it."""

import math
from dataclasses import dataclass
from datetime import UTC

from PIL import ExifTags, Image, ImageChops
from PIL.JpegImagePlugin import JpegImageFile

from shared.errors import BirdsError, Code
from shared.photo import exif, gps, sniff
from shared.photo.box import Box
from shared.photo.camera import camera
from shared.photo.dates import taken
from shared.photo.facts import PhotoFacts
from shared.photo.opening import check_pixels, opened, pending_orientation, upright_size
from shared.photo.rgb import to_rgb
from shared.photo.unended import ended, is_padded, with_noise

_OVERSAMPLING = 1.9
"""A JPEG is decoded at a fraction of its size only while at least this many times `min_side` is left:
the resize that follows then hides what the coarser decode lost. 12 megapixels, 3,000 pixels high, are so
decoded at an eighth for a model of 192: bird probabilities of real photos move no more than at twice."""

_NOT_WHOLE = frozenset((Code.TRUNCATED_IMAGE, Code.CORRUPT_IMAGE))

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
    """Upright RGB, of the box where one was asked for; smaller than the photo where `min_side` allowed it."""
    facts: PhotoFacts
    """Width and height are those of the whole photo."""


def decode(data: bytes, *, max_pixels: int, min_side: int | None, box: Box | None = None) -> Decoded:
    """Decode a photo, its first frame if it has several; with `box` that part of it alone.

    Of a camera raw file it is the preview that the camera put into it, where that is large enough.
    `min_side` is the shortest side in pixels that the caller will scale to; a much larger JPEG is then
    decoded at 1/2, 1/4 or 1/8; with `box` it is the box's. None decodes every pixel.
    Raises BirdsError: empty-file, unsupported-type, too-many-pixels, truncated-image, corrupt-image.
    """
    kind = sniff.content_type(data[: sniff.SNIFF_BYTES])
    try:
        if is_padded(data, kind):
            raise BirdsError(Code.TRUNCATED_IMAGE, "The file ends before the picture does.")
        return _decoded(data, max_pixels, min_side, box)
    except BirdsError as error:
        whole = _whole(data, kind, max_pixels) if error.code in _NOT_WHOLE else None
        if whole is None:
            raise
        return _decoded(whole, max_pixels, min_side, box)


def _whole(data: bytes, kind: str | None, max_pixels: int) -> bytes | None:
    """A picture that lacks nothing but its end marker, with one; None for all others."""
    candidate = ended(data, kind)
    if candidate is None:
        return None
    try:
        picture = _decoded(candidate, max_pixels, None, None).image
        for noisy in with_noise(candidate, kind):
            if (
                ImageChops.difference(picture, _decoded(noisy, max_pixels, None, None).image).getbbox()
                is not None
            ):
                return None
    except BirdsError:
        return None
    return candidate


def _decoded(data: bytes, max_pixels: int, min_side: int | None, box: Box | None) -> Decoded:
    with opened(data, max_pixels=max_pixels, develop=True) as (image, kind):
        width, height = upright_size(image)
        if min_side is not None:
            _shrink_on_load(image, min_side if box is None else _whole_side(min_side, box, width, height))
        image.load()
        if not isinstance(image, JpegImageFile):  # some formats tell their true size only now
            check_pixels(image, max_pixels)
            width, height = upright_size(image)
        facts = _facts(image, width, height, kind)
        upright = _transposed(to_rgb(image), pending_orientation(image))
        return Decoded(upright if box is None else upright.crop(box.of(*upright.size)), facts)


def _whole_side(min_side: int, box: Box, width: int, height: int) -> int:
    """The shortest side that leaves `min_side` pixels of the box's."""
    return math.ceil(min_side * min(width, height) / max(1.0, min(box.width * width, box.height * height)))


def _shrink_on_load(image: Image.Image, min_side: int) -> None:
    if isinstance(image, JpegImageFile):
        wanted = math.ceil(min_side * _OVERSAMPLING)
        image.draft(None, (wanted, wanted))


def _facts(image: Image.Image, width: int, height: int, kind: str) -> PhotoFacts:
    if min(width, height) < 1:
        raise BirdsError(Code.CORRUPT_IMAGE, "The picture has no pixels.")
    tags = exif.read(image)
    satellites = exif.directory(tags, ExifTags.IFD.GPSInfo)
    latitude, longitude = gps.position(satellites) or (None, None)
    gps_at = gps.moment(satellites)
    return PhotoFacts(
        width,
        height,
        kind,
        taken(tags, image.info.get("xmp")),
        latitude,
        longitude,
        gps_at=None if gps_at is None else gps_at.replace(tzinfo=UTC),
        camera=camera(tags),
    )


def _transposed(image: Image.Image, orientation: int) -> Image.Image:
    method = _TRANSPOSITIONS.get(orientation)
    return image if method is None else image.transpose(method)
