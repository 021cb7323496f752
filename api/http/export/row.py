"""The one record that every format of other tools is made from: what is known of a photo by now."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from uuid import UUID

from shared.final_name import FinalName, NameRank
from shared.records import Photo

_NO_TAXON = frozenset((NameRank.NOT_A_BIRD, NameRank.UNCERTAIN))


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A photo with its facts, None where they are not known. What a fact is, is said in `of` alone."""

    photo: Photo
    reviewed: bool
    reviewed_by: str | None
    reviewed_at: datetime | None
    note: str | None
    count: int | None  # of birds, by a person
    local: datetime | None  # without a zone: as a clock that was right showed it there
    offset_minutes: int | None  # local time minus UTC
    latitude: float | None
    longitude: float | None
    country: str | None  # ISO 3166-1's two letters
    site: str | None
    in_range: bool | None  # of the first prediction
    sighting: UUID | None

    @classmethod
    def of(cls, photo: Photo) -> "ExportRow":
        taken = photo.effective
        return cls(
            photo=photo,
            reviewed=photo.corrected_species is not None,
            reviewed_by=photo.label_by,
            reviewed_at=photo.corrected_at,
            note=photo.label_note,
            count=photo.label_count,
            local=taken.local,
            offset_minutes=taken.offset_minutes,
            latitude=taken.latitude,
            longitude=taken.longitude,
            country=taken.country,
            site=taken.site,
            in_range=photo.predictions[0].get("in_range") if photo.predictions else None,
            sighting=photo.sighting_id,
        )

    @property
    def id(self) -> str:
        return str(self.photo.id)

    @property
    def name(self) -> FinalName | None:
        return self.photo.final

    @property
    def failed(self) -> bool:
        return self.photo.error_code is not None

    @property
    def shows_bird(self) -> bool:
        """Whether the final name is a bird's, however little it says."""
        return self.name is not None and self.name.rank not in _NO_TAXON

    @property
    def place(self) -> tuple[float, float] | None:
        """(latitude, longitude)"""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude

    @property
    def moment(self) -> datetime | None:
        """Local time with its offset, to the second: what the standards ask for."""
        if self.local is None or self.offset_minutes is None:
            return None
        return self.local.replace(microsecond=0, tzinfo=_zone(self.offset_minutes))


@cache  # there are some hundred
def _zone(offset_minutes: int) -> timezone:
    return timezone(timedelta(minutes=offset_minutes))


def utc(moment: datetime) -> str:
    """As the standards write it: `2023-05-04T19:30:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
