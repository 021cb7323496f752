"""Sightings: the photos of a batch by the birds that they show."""

from dataclasses import asdict
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from api.http.schemas.base import Body, Document, Query
from api.http.schemas.places import LOCAL_TIME
from api.http.schemas.results import FinalNameDocument
from shared.final_name import FinalName, NameRank
from shared.ledger.sightings import FRAMES, NamedSightings, SeenSighting, SightingsStanding
from shared.records import Photo
from shared.sightings.agreement import names_agree
from shared.sightings.grouping import GAP_S

MAX_GAP_S = 7 * 24 * 3600  # between two frames: a week; what lies further apart nobody calls one sighting
MAX_SIGHTINGS = 500  # sightings in a page: with five frames each some 700 kB
_PAGE = 100
_LAST = 2**31 - 1


class SightingsOrder(Body):
    gap_s: float | None = Field(
        None,
        gt=0,
        le=MAX_GAP_S,
        description=f"Seconds between two frames of one sighting; null: {GAP_S:g}, left out: as it was",
    )


class SightingsQuery(Query):
    cursor: int = Field(-1, ge=-1, le=_LAST, description="`next_cursor` of the page before")
    limit: int = Field(_PAGE, ge=1, le=MAX_SIGHTINGS)


class FrameDocument(Document):
    """One photo of a sighting."""

    photo_id: UUID
    seq: int | None
    name: str
    final: FinalNameDocument | None
    disagrees: bool = Field(description="Its name excludes the sighting's: another bird, say, or none")
    repeats: UUID | None = Field(
        description="An earlier frame of the sighting with the same bytes, or all but the same picture"
    )

    @classmethod
    def of(cls, photo: Photo, sighting: FinalName) -> Self:
        return cls(
            photo_id=photo.id,
            seq=photo.seq,
            name=photo.name,
            final=None if photo.final is None else FinalNameDocument(**asdict(photo.final)),
            disagrees=photo.final is not None and not names_agree(photo.final, sighting),
            repeats=photo.repeats,
        )


class SightingDocument(Document):
    """Photos of one bird by one camera, one soon after the other."""

    sighting_id: UUID
    final: FinalNameDocument = Field(
        description="What most of its frames with a person's word have, else what the model says of all"
    )
    bird_probability: float | None
    photos: int
    reviewed: int = Field(description="Photos of it with a person's word")
    best_photo_id: UUID = Field(description="The surest frame of those that agree")
    local: str | None = Field(
        pattern=LOCAL_TIME, description="When it began, as a clock that was right shows"
    )
    utc: datetime | None
    latitude: float | None
    longitude: float | None
    frames: list[FrameDocument] = Field(description=f"In the order of time, {FRAMES} at most")

    @classmethod
    def of(cls, seen: SeenSighting) -> Self:
        first = seen.frames[0].effective if seen.frames else None
        return cls(
            sighting_id=seen.id,
            final=FinalNameDocument(**asdict(seen.final)),
            bird_probability=None if seen.bird_probability is None else round(seen.bird_probability, 6),
            photos=seen.photos,
            reviewed=seen.reviewed,
            best_photo_id=seen.best_photo_id,
            local=None if first is None or first.local is None else first.local.isoformat(),
            utc=first and first.utc,
            latitude=first and first.latitude,
            longitude=first and first.longitude,
            frames=[FrameDocument.of(photo, seen.final) for photo in seen.frames],
        )


class SightingsState(Document):
    """How the sightings of a batch stand."""

    total: int | None = Field(description="Null until they are made: when it is finished, or asked for")
    gap_s: float = Field(description="Seconds between two frames of one sighting, at most")
    up_to_date: bool = Field(description="Whether none are being made now")

    @classmethod
    def of(cls, standing: SightingsStanding) -> Self:
        return cls(total=standing.sightings, gap_s=standing.gap_s, up_to_date=not standing.wanted)


class SightingPage(Document):
    """In the order of time."""

    sightings: list[SightingDocument]
    next_cursor: int | None = Field(description="For the next page; null on the last")
    standing: SightingsState


class NamedSightingsDocument(Document):
    """The sightings of one name."""

    name: str
    scientific_name: str | None
    rank: NameRank
    sightings: int
    photos: int
    reviewed: int = Field(description="Sightings with a person's word")
    to_check: int = Field(
        description="Sightings without one whose name is not sure, or of which frames disagree"
    )

    @classmethod
    def of(cls, found: NamedSightings) -> Self:
        return cls(**asdict(found))


class SightingSummary(Document):
    """Most sightings first."""

    names: list[NamedSightingsDocument]
    standing: SightingsState
