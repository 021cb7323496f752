"""Pictures in every format a camera, a phone or a website makes, and broken ones."""

import io
import struct
import zlib
from typing import Any

import pillow_heif
from PIL import Image

from shared.photo import opening  # noqa: F401 - registers HEIF

LEFT, RIGHT = (210, 30, 30), (30, 30, 210)
"""Colours of the upright picture's left and right half; its lower right quarter is dark."""
DARK = (20, 20, 20)
WIDTH, HEIGHT = 96, 64
LIMIT = 10_000_000

_TO_STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How the sensor saw an upright picture that EXIF says is to be turned back."""


def upright(width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """No symmetry: every orientation of it is another picture."""
    image = Image.new("RGB", (width, height), LEFT)
    image.paste(RIGHT, (width // 2, 0, width, height))
    image.paste(DARK, (width // 2, height // 2, width, height))
    return image


def looks_upright(image: Image.Image, tolerance: int = 40) -> bool:
    width, height = image.size
    places = {(0.25, 0.25): LEFT, (0.25, 0.75): LEFT, (0.75, 0.25): RIGHT, (0.75, 0.75): DARK}
    return image.mode == "RGB" and all(
        near(image.getpixel((int(x * width), int(y * height))), colour, tolerance)
        for (x, y), colour in places.items()
    )


def near(found: Any, wanted: tuple[int, ...], tolerance: int) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(found, wanted, strict=True))


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def heic(image: Image.Image) -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(image).save(out, quality=90)
    return out.getvalue()


def turned(orientation: int, kind: str) -> bytes:
    """The upright picture, stored as a camera held in `orientation` stores it."""
    method = _TO_STORED[orientation]
    stored = upright() if method is None else upright().transpose(method)
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(stored, kind, exif=exif.tobytes())


def png(width: int, height: int, *extra: tuple[bytes, bytes], data: bytes | None = None) -> bytes:
    """A greyscale PNG made by hand, with chunks that Pillow would not write."""
    pixels = zlib.compress(b"\x00" * ((width + 1) * height)) if data is None else data
    header = struct.pack("!IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), *extra, (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack("!I", len(body)) + kind + body + struct.pack("!I", zlib.crc32(kind + body))
