"""Photos to measure with: real ones from a folder, or drawn ones; no two have the same bytes."""

import io
import itertools
import random
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

SMALL = (224, 224)  # pixels, of the Kaggle set's photos
LARGE = (4000, 3000)  # a camera's 12 megapixels
_KINDS = 64  # different pictures, of small ones
_LARGE_KINDS = 4  # a second each to draw


def make_photos(
    count: int, source: Path | None = None, size: tuple[int, int] = SMALL, first: int = 0
) -> Iterator[tuple[str, bytes]]:
    """(name, JPEG bytes) of `count` photos from the folder `source` or drawn, no two with the same bytes.

    They are numbered from `first`, and differ from those of other numbers.
    """
    found = sorted(source.rglob("*.jpg")) if source else []
    pictures = itertools.cycle(_read(found) if found else _drawn(size))
    for number, data in zip(range(first, first + count), pictures, strict=False):
        yield f"photo-{number:05}.jpg", _tagged(data, number)


def _tagged(data: bytes, number: int) -> bytes:
    """The same picture with a JPEG comment, so that its bytes are its own and nothing is deduplicated."""
    comment = f"bench {number}".encode()
    return data[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + data[2:]


def _read(paths: list[Path]) -> list[bytes]:
    return [path.read_bytes() for path in paths]


def _drawn(size: tuple[int, int]) -> list[bytes]:
    """Blurred shapes that compress to as many bytes as the photos they stand for: 11 kB and 3.7 MB."""
    dice = random.Random(1)
    return [_draw(dice, size) for _ in range(_KINDS if size == SMALL else _LARGE_KINDS)]


def _draw(dice: random.Random, size: tuple[int, int]) -> bytes:
    image = Image.effect_noise(size, 40).convert("RGB")
    pen = ImageDraw.Draw(image)
    for _ in range(30):
        x, y, width = (dice.randrange(size[0]) for _ in range(3))
        colour = tuple(dice.randrange(256) for _ in range(3))
        pen.ellipse((x, y, x + width // 2, y + width // 3), fill=colour)
    buffer = io.BytesIO()
    blur, quality = (1, 88) if size == SMALL else (0.7, 93)
    image.filter(ImageFilter.GaussianBlur(blur)).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
