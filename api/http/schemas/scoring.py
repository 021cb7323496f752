"""How answers are told of what a model said."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from api.http.schemas.base import Body, Document, Line
from shared.scoring.settings import NAME_FROM, ScoringSettings

MIN_TEMPERATURE = 0.01  # at which the likeliest species is as good as certain; logits overflow far below
MAX_TEMPERATURE = 100  # at which every species is as likely as any other
MAX_THRESHOLDS = 1000  # of single species; each batch in a list repeats them
_Share = Annotated[float, Field(ge=0, le=1)]
_Name = Annotated[Line, Field(min_length=1, max_length=200)]
_Thresholds = Annotated[
    dict[_Name, _Share],
    Field(
        max_length=MAX_THRESHOLDS, json_schema_extra={"additionalProperties": False}
    ),  # but those of the pattern
]


class NewRangeScoring(Body):
    reorder: bool = Field(
        False,
        description="Whether species come last that are not to be expected where and when it was taken",
    )


class NewScoring(Body):
    """What is left out stays as it is; null: the default."""

    temperature: float | None = Field(
        None,
        ge=MIN_TEMPERATURE,
        le=MAX_TEMPERATURE,
        description="Logits are divided by it: above the model's own, it is less sure of all it says",
    )
    threshold: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Probability from which a species is named, or else its genus, family, order, or that"
        f" it is a bird; {NAME_FROM} by default",
    )
    thresholds: _Thresholds | None = Field(
        None, description="Of single species, by English or scientific name"
    )
    range: NewRangeScoring | None = Field(
        None, description="Ranges flag always and remove nothing; order they change where it is asked for"
    )


class NewAnswers(Body):
    model: Line | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="The active one, as `name@version` or by its reference; left out: whichever that is",
    )


class RangeScoringDocument(Document):
    reorder: bool


class ScoringDocument(Document):
    temperature: float | None = Field(description="Null: the model's own")
    threshold: float
    thresholds: dict[str, float] = Field(description="Of single species, as they were named")
    range: RangeScoringDocument

    @classmethod
    def of(cls, settings: ScoringSettings) -> Self:
        return cls(
            temperature=settings.temperature,
            threshold=settings.threshold,
            thresholds=dict(settings.thresholds),
            range=RangeScoringDocument(reorder=settings.reorder),
        )


class Rescored(Document):
    batch_id: UUID
    photos: int = Field(description="Answers that were looked at")
    changed: int = Field(description="Those that are another one now, each under a new `seq`")
    without_reading: int = Field(
        description="Those that stay as they are, since nothing was kept of what the model said"
    )
    scoring: ScoringDocument
