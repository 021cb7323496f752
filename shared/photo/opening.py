"""The one place that opens bytes with Pillow: types, limits, and what its exceptions mean."""

import io
import re
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pillow_heif
from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from shared.errors import BirdsError, Code
from shared.photo import exif, sniff
from shared.photo.cut import ends_early
from shared.photo.developing import developed
from shared.photo.raw.kinds import content_type
from shared.photo.raw.preview import Preview, preview
from shared.photo.segments import check_segments

# Pillow is configured once a process. Its own bomb guard is a warning and a limit for the process;
# `opened` checks each photo against the caller's limit before a pixel is decoded.
Image.MAX_IMAGE_PIXELS = None
warnings.filterwarnings("ignore", module=r"PIL\.")  # remarks on odd files, one a photo
pillow_heif.register_heif_opener()

_FORMATS: Final = {
    sniff.JPEG: "JPEG",
    sniff.PNG: "PNG",
    sniff.WEBP: "WEBP",
    sniff.GIF: "GIF",
    sniff.HEIC: "HEIF",
    sniff.HEIF: "HEIF",
    sniff.AVIF: "AVIF",
    sniff.TIFF: "TIFF",
    sniff.BMP: "BMP",
}
_LEAST_PREVIEW_SIDE = 96  # in what is smaller no one would know a bird
_TURNED = frozenset((5, 6, 7, 8))  # the orientations that swap width and height

_CUT_SHORT = re.compile(r"truncat|unexpected end|end of file|EOF|Premature|not enough", re.IGNORECASE)
_UNPACKS_TOO_FAR = re.compile(r"Decompressed data too large|Too much memory|MAX_TEXT", re.IGNORECASE)


class NotDeveloped(Exception):
    """A camera raw whose size is known only once its sensor's data were developed."""


@contextmanager
def opened(data: bytes, *, max_pixels: int, develop: bool) -> Iterator[tuple[Image.Image, str]]:
    """Open a photo by its header alone: (image, content type).

    A camera raw file is opened as the JPEG that the camera put into it. Where there is none that is large
    enough, `develop` makes LibRaw develop the sensor's data; without it such a file is `NotDeveloped`.

    Whatever goes wrong, in here or in the caller's block, comes out as a BirdsError: empty-file,
    unsupported-type, too-many-pixels, truncated-image or corrupt-image.
    """
    try:
        image, kind = _open(data, max_pixels, develop)
        check_pixels(image, max_pixels)
        yield image, kind
    except (BirdsError, NotDeveloped):
        raise
    except Exception as error:  # Pillow's plugins raise nearly every built-in exception on damaged bytes
        raise _explained(error, data) from error


def check_pixels(image: Image.Image, max_pixels: int) -> None:
    width, height = image.size
    if width * height > max_pixels:
        detail = f"{width} × {height} is more than {max_pixels:,} pixels."
        raise BirdsError(Code.TOO_MANY_PIXELS, detail)


def upright_size(image: Image.Image) -> tuple[int, int]:
    """(width, height) as the photo is looked at."""
    width, height = image.size
    return (height, width) if pending_orientation(image) in _TURNED else (width, height)


def pending_orientation(image: Image.Image) -> int:
    """The EXIF orientation that is still to be applied; Pillow applies that of a TIFF itself."""
    return 1 if isinstance(image, TiffImagePlugin.TiffImageFile) else exif.orientation(exif.read(image))


def _open(data: bytes, max_pixels: int, develop: bool) -> tuple[Image.Image, str]:
    if not data:
        raise BirdsError(Code.EMPTY_FILE, "The file has no bytes.")
    kind = content_type(data)
    if kind in sniff.CAMERA_RAW:
        return _open_raw(data, max_pixels, develop), kind
    if kind == sniff.JXL:
        raise BirdsError(Code.UNSUPPORTED_TYPE, "JPEG XL can't be read here; send the photo as JPEG or AVIF.")
    if kind is None or kind not in _FORMATS:
        raise BirdsError(Code.UNSUPPORTED_TYPE, "Not a photo in a format that can be read.")
    if kind == sniff.JPEG:
        check_segments(data)
    return Image.open(io.BytesIO(data), formats=(_FORMATS[kind],)), kind


def _open_raw(data: bytes, max_pixels: int, develop: bool) -> Image.Image:
    found = preview(data)
    if found is not None and found.good:
        return _jpeg(found)
    if not develop:
        raise NotDeveloped
    try:
        return developed(data, max_pixels=max_pixels, least_side=_LEAST_PREVIEW_SIDE)
    except BirdsError:
        if found is None or min(found.width, found.height) < _LEAST_PREVIEW_SIDE:
            raise
        return _jpeg(found)


def _jpeg(found: Preview) -> Image.Image:
    check_segments(found.jpeg)
    return Image.open(io.BytesIO(found.jpeg), formats=("JPEG",))


def _explained(error: Exception, data: bytes) -> BirdsError:
    reason = str(error)
    if isinstance(error, MemoryError | Image.DecompressionBombError) or _UNPACKS_TOO_FAR.search(reason):
        return BirdsError(Code.TOO_MANY_PIXELS, "It unpacks to more memory than a photo may take.")
    if _means_cut_off(error, reason) or ends_early(data, sniff.content_type(data[: sniff.SNIFF_BYTES])):
        return BirdsError(Code.TRUNCATED_IMAGE, "The file ends before the picture does.")
    return BirdsError(Code.CORRUPT_IMAGE, "The file is damaged and cannot be decoded.")


def _means_cut_off(error: Exception, reason: str) -> bool:
    if isinstance(error, UnidentifiedImageError | zlib.error):
        return False
    return isinstance(error, EOFError) or _CUT_SHORT.search(reason) is not None
