"""What a photo is, from its header: cheap enough to run on every upload."""

from shared.photo.facts import PhotoFacts
from shared.photo.opening import NotDeveloped, opened, upright_size
from shared.photo.raw.kinds import content_type


def inspect(data: bytes, *, max_pixels: int) -> PhotoFacts:
    """Size (upright) and content type; no pixel is decoded, so damage further on is not seen.

    0 × 0 is a camera raw file of which that is known once its sensor's data were developed, in a sandbox.
    Raises BirdsError: empty-file, unsupported-type, too-many-pixels, truncated-image, corrupt-image.
    """
    try:
        with opened(data, max_pixels=max_pixels, develop=False) as (image, kind):
            width, height = upright_size(image)
            return PhotoFacts(width=width, height=height, content_type=kind)
    except NotDeveloped:
        return PhotoFacts(width=0, height=0, content_type=content_type(data) or "")
