"""Photos that tests draw for themselves."""

import io
import random
import zipfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw


def a_photo(seed: int = 0, size: tuple[int, int] = (96, 72), kind: str = "JPEG") -> bytes:
    """A different picture for each seed."""
    dice = random.Random(seed)
    image = Image.new("RGB", size, (dice.randrange(256), dice.randrange(256), dice.randrange(256)))
    pen = ImageDraw.Draw(image)
    for _ in range(8):
        corners = (
            sorted(dice.randrange(size[0]) for _ in range(2)),
            sorted(dice.randrange(size[1]) for _ in range(2)),
        )
        (left, right), (top, bottom) = corners
        pen.ellipse(
            (left, top, right, bottom), fill=(dice.randrange(256), dice.randrange(256), dice.randrange(256))
        )
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def photos(count: int, start: int = 0) -> list[tuple[str, bytes]]:
    return [(f"photo-{number:04}.jpg", a_photo(number)) for number in range(start, start + count)]


def truncated() -> bytes:
    data = a_photo(99, (640, 480))
    return data[: len(data) // 2]


def too_many_pixels() -> bytes:
    """A small file of 225 million pixels, over the default limit of 200 million."""
    buffer = io.BytesIO()
    Image.new("1", (15_000, 15_000)).save(buffer, "PNG")
    return buffer.getvalue()


def zipped(entries: Sequence[tuple[str, bytes]], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return buffer.getvalue()


def put(folder: Path, names: Sequence[str], first: int = 0) -> Path:
    """Photos of those names, all different."""
    for number, name in enumerate(names, first):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(a_photo(number))
    return folder
