"""Two models' answers to the photos of one batch."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.http.schemas.base import MAX_BIGINT, Document, Line, Query

MAX_DIFFERENCES = 1000  # in a page, about 400 kB
_PAGE = 100  # where the request does not say
_Model = Annotated[Line, Field(min_length=1, max_length=200)]


class CompareQuery(Query):
    a: _Model = Field(description="`name@version` of a model that answered the batch, or its reference")
    b: _Model = Field(description="Another one")
    after: int = Field(0, ge=0, le=MAX_BIGINT, description="`next_after` of the page before")
    limit: int = Field(_PAGE, ge=1, le=MAX_DIFFERENCES, description="Photos in `differing`")


class Accuracy(Document):
    """On the photos that a person has named."""

    model: str
    right: int
    share: float | None = Field(description="Null where no person has named any")
    low: float | None = Field(description="Of the 95 % interval (Wilson)")
    high: float | None


class SaidDocument(Document):
    """What a model said as it answered, before any roll-up."""

    species: str
    scientific_name: str | None
    probability: float = Field(description="Among birds")
    bird_probability: float | None


class DifferenceDocument(Document):
    photo_id: UUID
    seq: int
    name: str
    label: str | None = Field(description="A person's word")
    a: SaidDocument
    b: SaidDocument


class ComparisonDocument(Document):
    photos: int = Field(description="That both models have answered")
    same: int = Field(description="Those with the same best species, or no bird by both")
    agreement: float | None = Field(description="The share of these; null where there are no photos")
    reviewed: int = Field(description="Photos among them that a person has named")
    a: Accuracy
    b: Accuracy
    differing: list[DifferenceDocument] = Field(
        description="In the order of `seq`, without those that are queued"
    )
    next_after: int | None = Field(description="For the next page; null on the last")
