"""What is known of a photo beside its pixels."""

from dataclasses import dataclass
from datetime import datetime

from shared.photo.taken import TakenTime


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """Size in pixels of the whole photo as it is looked at (upright), and what its camera wrote into it."""

    width: int
    height: int
    content_type: str
    taken: TakenTime | None = None
    latitude: float | None = None
    """Degrees, north positive; never without `longitude`."""
    longitude: float | None = None
    """Degrees, east positive."""
    gps_at: datetime | None = None
    """UTC by satellites, with the zone UTC: beside `taken`, which may be the camera's clock."""
    camera: str | None = None
    """Its maker, model and number."""
    gradient: int | None = None
    """How it looks: see `shared.photo.gradient`; None where that was not asked, or tells nothing."""
