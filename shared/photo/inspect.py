"""What a photo is, from its header: cheap enough to run on every upload."""

from shared.photo.facts import PhotoFacts
from shared.photo.opening import opened, upright_size


def inspect(data: bytes, *, max_pixels: int) -> PhotoFacts:
    """Size (upright) and content type; no pixel is decoded, so damage further on is not seen.

    Raises BirdsError: empty-file, unsupported-type, too-many-pixels, truncated-image, corrupt-image.
    """
    with opened(data, max_pixels=max_pixels) as (image, kind):
        width, height = upright_size(image)
        return PhotoFacts(width=width, height=height, content_type=kind)
