"""Names of birds as they are typed."""

from typing import Self

from pydantic import Field

from api.http.schemas.base import Document, Line, Query
from api.taxa.index import Hit
from shared.final_name import NameRank

MAX_TAXA = 50  # hits: more than anyone reads
MAX_QUERY = 100  # characters; the longest name has 40
_TAXA = 10  # where the request does not say


class TaxaQuery(Query):
    q: Line = Field(
        min_length=1,
        max_length=MAX_QUERY,
        description="A name or its beginning, words of it, a scientific name, eBird's or banders' code",
    )
    limit: int = Field(_TAXA, ge=1, le=MAX_TAXA)


class TaxonDocument(Document):
    """What a photo can be called."""

    name: str = Field(description="English name of a species, scientific name of a group, else in words")
    scientific_name: str | None
    rank: NameRank
    family: str | None
    order: str | None
    ebird_code: str | None
    banding_code: str | None
    known: bool = Field(description="Whether the active model can give it")
    matched: str = Field(description="The name or code that was met")

    @classmethod
    def of(cls, hit: Hit, *, known: bool) -> Self:
        one = hit.taxon
        return cls(
            name=one.name,
            scientific_name=one.scientific_name,
            rank=one.rank,
            family=one.family,
            order=one.order,
            ebird_code=one.ebird_code,
            banding_code=one.banding_code,
            known=known,
            matched=hit.matched,
        )


class TaxonList(Document):
    taxa: list[TaxonDocument] = Field(description="The best first")
