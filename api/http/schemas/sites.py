"""Where and when the photos of a batch were taken, as people say it."""

from dataclasses import asdict
from typing import Self

from pydantic import Field

from api.http.schemas.base import Body, Document, Line
from shared.errors import BirdsError, Code
from shared.place.clock import ClockReading, Evidence, Verdict
from shared.place.site import Site
from shared.place.zones import is_zone

MAX_SITES = 1000  # folders of one batch of which something is said: more than a year of days
_MAX_SHIFT_S = 2**31 - 1  # 68 years: a clock that was never set says 1970 or 2000
_MAX_FOLDER = 1024  # characters, as of a photo's name


class NewSite(Body):
    """Of a whole batch."""

    name: Line | None = Field(None, max_length=200, description="For people")
    latitude: float | None = Field(None, ge=-90, le=90, description="Degrees, north positive")
    longitude: float | None = Field(None, ge=-180, le=180, description="Degrees, east positive")
    zone: Line | None = Field(
        None,
        max_length=100,
        description="tz's name, `Europe/Tallinn`; of photos with a place it is found by that",
    )
    clock_shift_s: int = Field(
        0,
        ge=-_MAX_SHIFT_S,
        le=_MAX_SHIFT_S,
        description="Seconds to add to what the camera's clock showed",
    )
    overrides: bool = Field(
        False, description="Whether place and zone count before those that a photo has itself"
    )

    def site(self) -> Site:
        """Raises `unclear-site`."""
        if (self.latitude is None) != (self.longitude is None):
            raise BirdsError(Code.UNCLEAR_SITE, "A place has a latitude and a longitude.")
        if self.zone is not None and not is_zone(self.zone):
            raise BirdsError(
                Code.UNCLEAR_SITE, f"There is no time zone {self.zone!r}; tz calls them `Europe/Tallinn`."
            )
        return Site(**self.model_dump() | {"folder": self.of_folder})

    @property
    def of_folder(self) -> str:
        return ""


class FolderSite(NewSite):
    """Of a batch, or of one folder in it and what is below."""

    folder: Line = Field("", max_length=_MAX_FOLDER, description="Of photos' names; empty: the whole batch")

    @property
    def of_folder(self) -> str:
        return self.folder.strip("/")


class SitesOrder(Body):
    sites: list[FolderSite] = Field(
        max_length=MAX_SITES,
        description="In the stead of all that were said before. For a photo counts the one of the longest"
        " folder, and it alone",
    )

    def said(self) -> list[Site]:
        """Raises `unclear-site`."""
        sites = [one.site() for one in self.sites]
        if len({site.folder for site in sites}) < len(sites):
            raise BirdsError(Code.UNCLEAR_SITE, "Of a folder there is one site.")
        return sites


class SiteDocument(Document):
    folder: str = Field(description="Empty: the whole batch")
    name: str | None
    latitude: float | None
    longitude: float | None
    zone: str | None
    clock_shift_s: int
    overrides: bool

    @classmethod
    def of(cls, site: Site) -> Self:
        return cls(**asdict(site))


class SiteList(Document):
    sites: list[SiteDocument] = Field(description="By folder")


class ClockDocument(Document):
    """What the frames of one camera in one folder say of its clock."""

    folder: str
    camera: str | None
    frames: int = Field(
        description="With a satellite's time that tells something; beside another clock, minutes with photos"
    )
    agreeing: int = Field(description="Those that say what most say, within two minutes")
    verdict: Verdict = Field(
        description="`right`, `shift`; or it can't be said: `too-few` frames, or they contradict each other"
        " (`unclear`)"
    )
    error_s: int | None = Field(description="What most say: seconds to add to the clock")
    by: Evidence = Field(
        description="`satellites`, or `other-clock`: a camera or phone that knows the time took photos, too"
    )

    @classmethod
    def of(cls, reading: ClockReading) -> Self:
        return cls(**asdict(reading))


class ClockReport(Document):
    clocks: list[ClockDocument] = Field(description="By folder and camera")
    sites: list[SiteDocument] = Field(
        description="What is said of the batch with the shifts that follow, to be sent to `/sites`. A folder"
        " whose cameras need different ones stays as it is"
    )
