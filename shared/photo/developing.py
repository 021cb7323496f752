"""Camera raws by LibRaw, where no JPEG was found in them: its own preview, or the sensor's data developed.

LibRaw is C++ that reads files of strangers: this runs in the sandbox alone, or on files of one's own.
"""

import io
from typing import TYPE_CHECKING

from PIL import Image

from shared.errors import BirdsError, Code
from shared.photo.raw.exif_block import exif_of, turned
from shared.photo.raw.preview import GOOD_SIDE

if TYPE_CHECKING:
    import rawpy

_LEAST_BITS = 0.25
"""A pixel of the sensor; the hardest compression leaves three times as many."""


def developed(data: bytes, *, max_pixels: int, least_side: int) -> Image.Image:
    """A good preview that LibRaw finds, otherwise the sensor's data, no side under `least_side`; with EXIF.

    Those are developed to half their width and height, which takes an eighth of the time and is still far
    more than a model looks at. Raises BirdsError: unsupported-type, too-many-pixels, truncated-image.
    """
    import rawpy

    try:
        with rawpy.imread(io.BytesIO(data)) as raw:
            preview = _preview(raw)
            picture = preview or _half_size(raw, max_pixels, len(data), least_side)
    except rawpy.LibRawFileUnsupportedError as error:
        raise _refusal(Code.UNSUPPORTED_TYPE, "it is of a camera that is not known here") from error
    except rawpy.LibRawTooBigError as error:
        raise _refusal(Code.TOO_MANY_PIXELS, "it unpacks to more memory than a photo may take") from error
    except (rawpy.LibRawIOError, rawpy.LibRawDataError) as error:
        raise _refusal(Code.TRUNCATED_IMAGE, "its sensor data are cut or damaged") from error
    except rawpy.LibRawError as error:
        raise _refusal(Code.UNSUPPORTED_TYPE, "its sensor data can't be read") from error
    if exif := exif_of(data):
        picture.info["exif"] = exif if preview else turned(exif, 1)  # which LibRaw turned as it developed
    return picture


def _preview(raw: "rawpy.RawPy") -> Image.Image | None:
    """One that is no JPEG: those were found without LibRaw."""
    import rawpy

    try:
        thumbnail = raw.extract_thumb()
    except rawpy.LibRawError:
        return None
    if isinstance(thumbnail.data, bytes) or min(thumbnail.data.shape[:2]) < GOOD_SIDE:
        return None
    return Image.fromarray(thumbnail.data.squeeze()).convert("RGB")


def _half_size(raw: "rawpy.RawPy", max_pixels: int, size: int, least_side: int) -> Image.Image:
    width, height = raw.sizes.raw_width, raw.sizes.raw_height
    if width * height > max_pixels:
        raise BirdsError(Code.TOO_MANY_PIXELS, f"{width} × {height} is more than {max_pixels:,} pixels.")
    # Where data are missing LibRaw raises an error, but not of every format: of some it gives black or noise.
    if size * 8 < width * height * _LEAST_BITS:
        raise _refusal(Code.TRUNCATED_IMAGE, "its sensor data are cut or damaged")
    pixels = raw.postprocess(half_size=True, use_camera_wb=True)
    if min(pixels.shape[:2]) < least_side:
        raise _refusal(Code.UNSUPPORTED_TYPE, "its sensor has too few pixels to look at")
    return Image.fromarray(pixels)


def _refusal(code: Code, reason: str) -> BirdsError:
    return BirdsError(code, f"A camera raw file without a preview to look at, and {reason}; send its JPEG.")
