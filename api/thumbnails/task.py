"""What a sandbox does with a photo for the api."""

from typing import Any, Final

from shared.photo.thumbnail import MAX_SIDE, thumbnail

MAKE: Final = f"{__name__}:make"
MAX_BYTES: Final = MAX_SIDE * MAX_SIDE * 3
"""Of a thumbnail: a JPEG is smaller than its pixels, but for noise of a few of them."""


def make(data: bytes, arguments: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """No facts, and the JPEG; raises as `thumbnail` does."""
    return {}, thumbnail(data, max_pixels=arguments["max_pixels"])
