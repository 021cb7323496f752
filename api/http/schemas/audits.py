"""Audits: what a person checks before many answers are accepted, and what that says of all of them."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from api.http.schemas.base import Body, Document
from shared.audit.interval import SampledPrecision
from shared.audit.stating import TARGET
from shared.ledger.audits import Audit, Order, Sampled

THRESHOLD = 0.5  # as an answer is given a name at all
MARGIN = 0.02  # of the precision: some 200 photos of 3,000 are checked for it
LEAST_MARGIN = 0.001  # beyond which nearly all are checked
MAX_CHECKS = 10_000  # photos that anybody looks at for this
_MAX_SEED = 2**63 - 1


class AuditOrder(Body):
    threshold: float = Field(
        THRESHOLD, ge=0, le=1, description="Answers of at least this probability would be accepted"
    )
    target: float = Field(TARGET, gt=0, lt=1, description="Of these, how many are to be right")
    margin: float = Field(
        MARGIN, ge=LEAST_MARGIN, le=0.5, description="Half the width of the 95 % interval that is wanted"
    )
    checks: int | None = Field(
        None,
        ge=1,
        le=MAX_CHECKS,
        description="About how many to check, in the stead of what `margin` asks for",
    )
    seed: int | None = Field(
        None, ge=0, le=_MAX_SEED, description="Of chance; left out: that of before, or a new one"
    )

    def order(self) -> Order:
        return Order(self.threshold, self.target, self.margin, self.checks, self.seed)


class PrecisionDocument(Document):
    """How many of some answers are right: exact, for the finite number that there are (hypergeometric)."""

    photos: int = Field(description="Answers of which this is said")
    checked: int
    wrong: int = Field(description="Of those checked")
    estimate: float | None = Field(description="Null where none was checked")
    low: float = Field(description="Of the 95 % interval")
    high: float

    @classmethod
    def of(cls, found: SampledPrecision) -> Self:
        return cls(
            photos=found.photos,
            checked=found.checked,
            wrong=found.wrong,
            estimate=found.estimate,
            low=found.low,
            high=found.high,
        )


class SpeciesPrecision(Document):
    species: str
    precision: PrecisionDocument


class ThresholdPrecision(Document):
    threshold: float
    precision: PrecisionDocument = Field(description="Of the answers of at least this probability")


class AuditedPhoto(Document):
    """One that was drawn: it is checked by a label, like any other photo."""

    photo_id: UUID
    name: str = Field(description="Of the file")
    species: str = Field(description="As the model has it")
    probability: float
    counts: bool = Field(description="False: drawn for its species alone; nothing is concluded on the others")
    right: bool | None = Field(
        description="Null until a person has labelled it; any other name is against it"
    )

    @classmethod
    def of(cls, sampled: Sampled) -> Self:
        drawn = sampled.drawn
        return cls(
            photo_id=drawn.photo,
            name=sampled.file,
            species=drawn.species,
            probability=drawn.probability,
            counts=drawn.counts,
            right=sampled.is_right,
        )


class LeftToLookAt(Document):
    """What a person would still look at, were all from `proposed` on accepted."""

    photos: int
    sightings: int = Field(description="The same by sighting: one look each")
    seconds: float = Field(description="For all of these sightings")
    seconds_each: float = Field(description="This key's own pace in this batch, as far as its labels tell it")


class AuditDocument(Document):
    threshold: float
    target: float
    seed: int
    drawn_at: datetime
    to_check: int = Field(description="Photos that were drawn and not checked yet")
    complete: bool = Field(description="Whether all that were drawn are checked")
    precision: PrecisionDocument = Field(description="Of all answers that would be accepted")
    species: list[SpeciesPrecision]
    thresholds: list[ThresholdPrecision] = Field(description="That asked for and higher ones")
    proposed: float | None = Field(
        description="The least of them at which what was checked reaches the target"
    )
    promised: float | None = Field(
        description="The least at which the low end of the interval does: 97.5 % certain"
    )
    checks_needed: int | None = Field(
        description="Checks in all until the target is promised for `threshold`, if no more are wrong;"
        " null: too many are"
    )
    left: LeftToLookAt
    sample: list[AuditedPhoto] = Field(description="In the order of chance")

    @classmethod
    def of(cls, audit: Audit) -> Self:
        said = audit.statement
        return cls(
            threshold=audit.threshold,
            target=audit.target,
            seed=audit.seed,
            drawn_at=audit.drawn_at,
            to_check=sum(one.is_right is None for one in audit.sample),
            complete=said.complete,
            precision=PrecisionDocument.of(said.overall),
            species=[
                SpeciesPrecision(species=name, precision=PrecisionDocument.of(one))
                for name, one in said.species.items()
            ],
            thresholds=[
                ThresholdPrecision(threshold=one.threshold, precision=PrecisionDocument.of(one.precision))
                for one in said.thresholds
            ],
            proposed=said.proposed,
            promised=said.promised,
            checks_needed=said.checks_needed,
            left=LeftToLookAt(
                photos=audit.left_photos,
                sightings=audit.left_sightings,
                seconds=round(audit.left_sightings * audit.seconds_each, 1),
                seconds_each=round(audit.seconds_each, 2),
            ),
            sample=[AuditedPhoto.of(one) for one in audit.sample],
        )
