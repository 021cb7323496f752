"""Photos to measure with: real ones from a folder, or drawn ones; no two have the same bytes."""

import io
import itertools
import random
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

SIDE = 224  # the size of the Kaggle set's photos


def make_photos(count: int, source: Path | None) -> list[tuple[str, bytes]]:
    """(name, JPEG bytes) of `count` photos, no two with the same bytes."""
    found = sorted(source.rglob("*.jpg")) if source else []
    pictures = itertools.cycle(_read(found)) if found else _drawn()
    return [
        (f"photo-{number:05}.jpg", _tagged(data, number))
        for number, data in zip(range(count), pictures, strict=False)
    ]


def _tagged(data: bytes, number: int) -> bytes:
    """The same picture with a JPEG comment, so that its bytes are its own and nothing is deduplicated."""
    comment = f"bench {number}".encode()
    return data[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + data[2:]


def _read(paths: list[Path]) -> list[bytes]:
    return [path.read_bytes() for path in paths]


def _drawn(kinds: int = 64) -> Iterator[bytes]:
    """Blurred shapes that compress to about 10 KB, like the photos they stand for."""
    dice = random.Random(1)
    return itertools.cycle([_draw(dice) for _ in range(kinds)])


def _draw(dice: random.Random) -> bytes:
    image = Image.effect_noise((SIDE, SIDE), 40).convert("RGB")
    pen = ImageDraw.Draw(image)
    for _ in range(30):
        x, y, size = (dice.randrange(SIDE) for _ in range(3))
        colour = tuple(dice.randrange(256) for _ in range(3))
        pen.ellipse((x, y, x + size // 2, y + size // 3), fill=colour)
    buffer = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(1)).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
