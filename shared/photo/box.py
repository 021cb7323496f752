"""A rectangle of a photo."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """Of the upright photo, its left top corner and size as shares of the photo's width and height."""

    x: float
    y: float
    width: float
    height: float

    def of(self, width: int, height: int) -> tuple[int, int, int, int]:
        """(left, top, right, bottom) in a picture of that many pixels: at least one of them, none outside."""
        left, top = min(int(self.x * width), width - 1), min(int(self.y * height), height - 1)
        right, bottom = round((self.x + self.width) * width), round((self.y + self.height) * height)
        return left, top, min(max(right, left + 1), width), min(max(bottom, top + 1), height)


def inside(x: float, y: float, width: float, height: float) -> Box:
    """The box of that size around the point (x, y), shifted into the photo, and no larger than it."""
    width, height = min(width, 1.0), min(height, 1.0)
    return Box(
        min(max(x - width / 2, 0.0), 1 - width), min(max(y - height / 2, 0.0), 1 - height), width, height
    )


def centred(width: float, height: float) -> Box:
    """The box of that size in the photo's middle; it may be larger than the photo."""
    return Box((1 - width) / 2, (1 - height) / 2, width, height)
