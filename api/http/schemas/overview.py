"""What photos come to: the species of a batch, the life list, what a search finds."""

from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import Field

from api.http.schemas.base import Document, Line, Query
from api.http.schemas.results import BoxDocument
from shared.final_name import NameRank
from shared.ledger.life import LifeListEntry
from shared.ledger.overview import Found, NameInBatch, Shown

MAX_FOUND = 50  # of each kind: who finds more types another letter


class ShownPhoto(Document):
    """A photo that stands for others."""

    photo_id: UUID
    box: BoxDocument | None = Field(description="Where the bird is, where the model looked twice")
    width: int | None = Field(description="Pixels, upright")
    height: int | None

    @classmethod
    def of(cls, shown: Shown) -> Self:
        return cls(**asdict(shown))


class NameInBatchDocument(Document):
    """One final name, and the photo that shows it best."""

    name: str
    scientific_name: str | None
    rank: NameRank
    photos: int
    checked: int = Field(description="Photos that a person has had a word on")
    out_of_range: int = Field(
        description="Of these photos, those of a bird that is not to be expected there and then"
    )
    new: bool | None = Field(
        description="A species that no person has named in another batch of this owner; null for a share"
    )
    best: ShownPhoto

    @classmethod
    def of(cls, found: NameInBatch, new: bool | None) -> Self:
        return cls(
            name=found.name,
            scientific_name=found.scientific_name,
            rank=found.rank,
            photos=found.photos,
            checked=found.checked,
            out_of_range=found.out_of_range,
            new=new,
            best=ShownPhoto.of(found.best),
        )


class BatchSummary(Document):
    feed_seq: int = Field(description="It tells of all events of the batch up to this one, at least")
    model: str | None = Field(description="`name@version` of the latest answer")
    model_species: int | None = Field(description="How many birds that model can name")
    sightings: int | None = Field(description="Null until they are made")
    unchecked: int | None = Field(description="Sightings with a photo that no person has had a word on")
    names: list[NameInBatchDocument] = Field(description="The most frequent first")


class LifeListEntryDocument(Document):
    name: str
    scientific_name: str | None
    photos: int
    batches: int = Field(description="In how many it is")
    first_local: str | None = Field(description="As a clock that was right showed it there")
    first_latitude: float | None
    first_longitude: float | None
    first_site: str | None = Field(description="Name of the site that counts for the first photo")
    first_batch_id: UUID
    first_batch_name: str | None
    first_photo_id: UUID
    best: ShownPhoto

    @classmethod
    def of(cls, entry: LifeListEntry) -> Self:
        first, when = entry.first, entry.first.effective
        return cls(
            name=entry.name,
            scientific_name=entry.scientific_name,
            photos=entry.photos,
            batches=entry.batches,
            first_local=None if when.local is None else when.local.isoformat(timespec="seconds"),
            first_latitude=when.latitude,
            first_longitude=when.longitude,
            first_site=when.site,
            first_batch_id=first.batch_id,
            first_batch_name=first.batch_name,
            first_photo_id=first.photo_id,
            best=ShownPhoto.of(entry.best),
        )


class LifeList(Document):
    """By name."""

    species: list[LifeListEntryDocument]


class LifeListFormat(StrEnum):
    JSON = "json"
    CSV = "csv"


class LifeListQuery(Query):
    format: LifeListFormat = LifeListFormat.JSON


class SearchQuery(Query):
    q: Line = Field(min_length=2, max_length=200, description="A part of a name, in any case of letters")
    limit: int = Field(10, ge=1, le=MAX_FOUND, description="Of each kind")


class FoundBatch(Document):
    id: UUID
    name: str | None
    created_at: datetime
    photos: int


class FoundName(Document):
    """A final name in one batch."""

    name: str
    scientific_name: str | None
    batch_id: UUID
    batch_name: str | None
    photos: int


class FoundFile(Document):
    photo_id: UUID
    name: str
    batch_id: UUID
    batch_name: str | None
    final_name: str | None


class SearchResult(Document):
    batches: list[FoundBatch] = Field(description="By their own name, newest first")
    names: list[FoundName] = Field(description="English or scientific, the most frequent first")
    files: list[FoundFile] = Field(description="By the file's name, those of the newest batches first")

    @classmethod
    def of(cls, found: Found) -> Self:
        return cls(**asdict(found))
