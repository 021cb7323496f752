"""Where and when a photo was taken, with where each comes from."""

from dataclasses import asdict
from datetime import datetime
from typing import Self

from pydantic import Field

from api.http.schemas.base import Document
from shared.place.effective import Origin, PlaceAndTime
from shared.place.zones import Doubt

LOCAL_TIME = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?$"


class PlaceAndTimeDocument(Document):
    """What follows from what a photo recorded and what was said of its batch or folder."""

    latitude: float | None
    longitude: float | None
    place_from: Origin | None = Field(description="`photo` or `site`")
    site: str | None = Field(description="Name of the site that counts for it")
    country: str | None = Field(description="ISO 3166-1, two letters; null at sea")
    zone: str | None = Field(description="tz's name; at sea `Etc/GMT+3`, say")
    zone_from: Origin | None = Field(description="`site`, or `place`: the place lies in it")
    local: str | None = Field(pattern=LOCAL_TIME, description="As a clock that was right showed it there")
    offset_minutes: int | None = Field(description="Local time minus UTC")
    utc: datetime | None
    offset_from: Origin | None = Field(description="`photo`, or `zone`: the zone's at that time")
    clock_shift_s: int = Field(description="What was added to the recorded clock, in seconds")
    doubt: Doubt | None = Field(
        description="The clock showed an hour that came `twice` that night (the first is taken) or `never`"
    )

    @classmethod
    def of(cls, found: PlaceAndTime) -> Self:
        return cls(**asdict(found) | {"local": None if found.local is None else found.local.isoformat()})
