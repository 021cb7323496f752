"""The candidate that answers every n-th photo beside the active model, and how it does."""

from datetime import datetime

from pydantic import Field

from api.http.schemas.base import Body, Document, Line
from shared.scoring.verdict import CandidateVerdict

MAX_EVERY = 1_000_000  # one photo in a million is none, in nearly all batches
_EVERY = 10  # where the request does not say


class ShadowOrder(Body):
    reference: Line = Field(
        min_length=1,
        max_length=200,
        description="`birds525`, `starter`, `timm:NAME`, `hf:OWNER/NAME` or `NAME@VERSION`",
    )
    every: int = Field(_EVERY, ge=1, le=MAX_EVERY, description="It answers one photo of so many")


class ShadowAccuracy(Document):
    """On the reviewed photos that both models have answered."""

    right: int
    share: float | None = Field(description="Null where there are none")


class ShadowDocument(Document):
    reference: str
    every: int = Field(description="It answers one photo of so many")
    set_at: datetime
    model: str | None = Field(description="`name@version`; null until a worker has loaded it")
    failure: str | None = Field(description="Why a worker gave it up; it does so until it is set anew")
    answered: int = Field(description="Photos that it has answered")
    photos: int = Field(
        description="Those of them that the active model answered, too, and of which a person has said the"
        " species, or that there is no bird; in batches of which there are sightings"
    )
    sightings: int = Field(description="That these photos are frames of")
    active: ShadowAccuracy
    candidate: ShadowAccuracy
    difference: float | None = Field(description="Share of the candidate less that of the active model")
    low: float | None = Field(
        description="Of the 95 % interval of the difference (Newcombe, 1998), in which frames of one sighting"
        " count as little more than one photo"
    )
    high: float | None
    verdict: CandidateVerdict = Field(description="On the candidate: only where zero is not in the interval")
    more: int | None = Field(
        description="About so many further sightings decide, if things go on so; null where that is decided,"
        " or not to be told"
    )
