"""The one place that opens bytes with Pillow: types, limits, and what its exceptions mean."""

import io
import re
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pillow_heif
from PIL import Image, ImageFile, TiffImagePlugin, UnidentifiedImageError

from shared.errors import BirdsError, Code
from shared.photo import exif, sniff
from shared.photo.cut import ends_early

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
_SUBFILE_TYPE, _DNG_VERSION = 254, 50706
_TURNED = frozenset((5, 6, 7, 8))  # the orientations that swap width and height

_CUT_SHORT = re.compile(r"truncat|unexpected end|end of file|EOF|Premature|not enough", re.IGNORECASE)
_UNPACKS_TOO_FAR = re.compile(r"Decompressed data too large|Too much memory|MAX_TEXT", re.IGNORECASE)


@contextmanager
def opened(data: bytes, *, max_pixels: int) -> Iterator[tuple[ImageFile.ImageFile, str]]:
    """Open a photo by its header alone: (image, content type).

    Whatever goes wrong, in here or in the caller's block, comes out as a BirdsError: empty-file,
    unsupported-type, too-many-pixels, truncated-image or corrupt-image.
    """
    try:
        image, kind = _open(data)
        check_pixels(image, max_pixels)
        yield image, kind
    except BirdsError:
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


def _open(data: bytes) -> tuple[ImageFile.ImageFile, str]:
    if not data:
        raise BirdsError(Code.EMPTY_FILE, "The file has no bytes.")
    kind = sniff.content_type(data[: sniff.SNIFF_BYTES])
    if kind is None or kind not in _FORMATS:
        raise BirdsError(Code.UNSUPPORTED_TYPE, "Not a photo in a format that can be read.")
    image = Image.open(io.BytesIO(data), formats=(_FORMATS[kind],))
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        _refuse_camera_raw(image)
    return image, kind


def _refuse_camera_raw(image: TiffImagePlugin.TiffImageFile) -> None:
    """DNG, NEF and the like are TIFFs whose first picture is a small preview, not the photo."""
    preview = image.tag_v2.get(_SUBFILE_TYPE, 0) == 1
    if preview or _DNG_VERSION in image.tag_v2:
        raise BirdsError(Code.UNSUPPORTED_TYPE, "A camera raw file; send the JPEG or HEIC of it.")


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
