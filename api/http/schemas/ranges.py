"""Whether birds are to be expected where and when, as sources and people say it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from api.http.schemas.base import Body, Document, Line
from shared.errors import BirdsError, Code
from shared.ledger.accepted import AcceptedWord, NewWord
from shared.range.names import species_called
from shared.range.source import Basis
from shared.vision.taxonomy import find

_ABOUT_KM = 50.0  # of a point where no radius is said: a day's walk and what flies over it
_MAX_KM = 20_100.0  # half around the globe: everywhere


class RangeDocument(Document):
    """By what a photo's species were judged."""

    source: str | None = Field(description="Null where none knows the place")
    place: str | None = Field(
        description="As the source has it: a country, a cell by its south-west corner, a box, a point"
    )
    month: int | None = Field(ge=1, le=12, description="Null: the whole year")
    basis: Basis = Field(
        description="`records`, `frequency` on checklists, a model's `occurrence`; else why nothing is known"
    )
    attribution: str | None = Field(description="To be told with what is made of it")

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Of what the ledger keeps; the flags are told with the predictions."""
        return cls(**{name: kept[name] for name in cls.model_fields})


class NewAcceptedWord(Body):
    """I know that it is here."""

    species: Line = Field(min_length=1, max_length=200, description="By any of its names or codes")
    country: str | None = Field(None, pattern=r"^[A-Z]{2}$", description="ISO 3166-1, two letters")
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)
    radius_km: float | None = Field(
        None, gt=0, le=_MAX_KM, description="About the point; 50 where it is left out"
    )
    note: Line | None = Field(None, max_length=1000)

    def word(self) -> NewWord:
        """Raises `unclear-site`, `unknown-species`. The first one reads the taxonomy: call it in a thread."""
        if (self.latitude is None) != (self.longitude is None):
            raise BirdsError(Code.UNCLEAR_SITE, "A place has a latitude and a longitude.")
        if self.latitude is None and self.radius_km is not None:
            raise BirdsError(Code.UNCLEAR_SITE, "A radius is about a point.")
        if self.latitude is not None and self.country is not None:
            raise BirdsError(Code.UNCLEAR_SITE, "Name a country or a point, not both.")
        scientific_name = species_called(self.species, None)
        taxon = None if scientific_name is None else find(scientific_name)
        if scientific_name is None or taxon is None:
            raise BirdsError(Code.UNKNOWN_SPECIES, f"The world list has no species {self.species!r}.")
        return NewWord(
            species=taxon.english_name or scientific_name,
            scientific_name=scientific_name,
            country=self.country,
            latitude=self.latitude,
            longitude=self.longitude,
            radius_km=None if self.latitude is None else self.radius_km or _ABOUT_KM,
            note=self.note,
        )


class AcceptedDocument(Document):
    """A person's word that a species is at a place; it comes before every source."""

    id: UUID
    species: str
    scientific_name: str
    country: str | None = Field(description="Null without a point: everywhere")
    latitude: float | None
    longitude: float | None
    radius_km: float | None
    note: str | None
    created_at: datetime

    @classmethod
    def of(cls, said: AcceptedWord) -> Self:
        word = {name: getattr(said.word, name) for name in NewWord.__slots__}
        return cls(id=said.id, created_at=said.created_at, **word)


class AcceptedList(Document):
    accepted: list[AcceptedDocument] = Field(description="Newest first")
