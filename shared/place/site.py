"""What a person says about where and when photos were taken: of a batch, or of a folder in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

_PARENT = "/"


@dataclass(frozen=True, slots=True)
class Site:
    """A place, its zone, and by how much the camera's clock was wrong there; any of them may be unknown."""

    folder: str = ""
    """Of photos' names, without a slash at its end; empty: the whole batch."""
    name: str | None = None
    latitude: float | None = None
    """Degrees, north positive; never without `longitude`."""
    longitude: float | None = None
    zone: str | None = None
    """tz's name, `Europe/Tallinn`."""
    clock_shift_s: int = 0
    """Added to what the camera's clock showed."""
    overrides: bool = False
    """Whether place and zone count before those that the photo itself has."""

    @property
    def position(self) -> tuple[float, float] | None:
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude

    @property
    def clock_shift(self) -> timedelta:
        return timedelta(seconds=self.clock_shift_s)

    def holds(self, name: str) -> bool:
        """Whether a photo of that name lies in it."""
        return not self.folder or name.startswith(self.folder + _PARENT)


NOWHERE = Site()


def site_of(sites: Iterable[Site], name: str) -> Site:
    """The one of a batch's `sites` that counts for a photo: of the longest folder, and it alone."""
    return max(
        (site for site in sites if site.holds(name)), key=lambda site: len(site.folder), default=NOWHERE
    )


def folder_of(name: str) -> str:
    """The folder in which a photo of that name lies; empty for none."""
    return name.rpartition(_PARENT)[0]
