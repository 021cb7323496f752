"""What is to be checked of a batch, in the order in which a person best looks at it."""

from typing import Self

from pydantic import Field

from api.http.schemas.base import Document, Query
from api.http.schemas.results import DetailedResult
from api.http.schemas.sightings import SightingDocument, SightingsState
from shared.ledger.check import CheckBecause, ToCheck

MAX_ITEMS = 200  # sightings in an answer, some 600 kB


class CheckQuery(Query):
    limit: int = Field(50, ge=1, le=MAX_ITEMS)


class CheckItem(Document):
    """A sighting, with all that is known of its best photo."""

    sighting: SightingDocument
    why: CheckBecause = Field(
        description="`new`: the surest of a species that no person has named yet; `out-of-range`: not to be"
        " expected there and then; `unsure`: the least sure of the others; `drawn`: with a photo of the"
        " audit's sample, which come last"
    )
    best: DetailedResult

    @classmethod
    def of(cls, item: ToCheck) -> Self:
        return cls(
            sighting=SightingDocument.of(item.sighting), why=item.why, best=DetailedResult.of(item.best)
        )


class CheckQueue(Document):
    unchecked: int = Field(description="Sightings with a photo that no person has had a word on")
    items: list[CheckItem] = Field(description="The first of them")
    standing: SightingsState
