"""Where and when the photos of a batch were taken, as people say it."""

from dataclasses import asdict
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from api.http.schemas.base import Body, Document, Line
from shared.place.site import Site
from shared.place.zones import is_zone

MAX_SITES = 1000  # folders of one batch of which something is said: more than a year of days
_MAX_SHIFT_S = 2**31 - 1  # 68 years: a clock that was never set says 1970 or 2000
_MAX_FOLDER = 1024  # characters, as of a photo's name


def _of_tz(name: str) -> str:
    if not is_zone(name):
        raise ValueError("tz has no such zone; it calls them `Europe/Tallinn`")
    return name


Zone = Annotated[str, Field(max_length=100), AfterValidator(_of_tz)]


class NewSite(Body):
    """Of a whole batch."""

    name: Line | None = Field(None, max_length=200, description="For people")
    latitude: float | None = Field(None, ge=-90, le=90, description="Degrees, north positive")
    longitude: float | None = Field(None, ge=-180, le=180, description="Degrees, east positive")
    zone: Zone | None = Field(
        None, description="tz's name, `Europe/Tallinn`; of photos with a place it is found by that"
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

    @model_validator(mode="after")
    def _whole_place(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("a place has a latitude and a longitude")
        return self

    def site(self) -> Site:
        return Site(**self.model_dump())


class FolderSite(NewSite):
    """Of a batch, or of one folder in it and what is below."""

    folder: Line = Field("", max_length=_MAX_FOLDER, description="Of photos' names; empty: the whole batch")

    def site(self) -> Site:
        return Site(**self.model_dump() | {"folder": self.folder.strip("/")})


class SitesOrder(Body):
    sites: list[FolderSite] = Field(
        max_length=MAX_SITES,
        description="In the stead of all that were said before. For a photo counts the one of the longest"
        " folder, and it alone",
    )

    @model_validator(mode="after")
    def _one_a_folder(self) -> Self:
        folders = [one.folder.strip("/") for one in self.sites]
        if len(set(folders)) < len(folders):
            raise ValueError("of a folder there is one site")
        return self


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
