"""Small upright JPEGs for lists of photos."""

import io

from PIL import Image

from shared.photo.decode import decode

MAX_SIDE = 320
_QUALITY = 80  # about 15 kB a thumbnail
_REDUCING_GAP = 2.0  # box-shrink first while twice the size is left: fast, and no visible difference


def thumbnail(data: bytes, *, max_side: int = MAX_SIDE, max_pixels: int) -> bytes:
    """A JPEG no side of which is over `max_side` pixels, without any EXIF; raises as `decode` does."""
    # Only the longer side is limited; asking for half of it as the shorter one fits photos up to 2:1.
    image = decode(data, max_pixels=max_pixels, min_side=max(1, max_side // 2)).image
    image = image.copy() if image.info else image
    image.info = {}  # comments and profiles of the original do not belong in a list
    image.thumbnail((max_side, max_side), Image.Resampling.BICUBIC, reducing_gap=_REDUCING_GAP)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
