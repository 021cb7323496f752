"""Audits: many answers are accepted after a person has checked a random few."""

from typing import Any, TypedDict

from api.client.transport import Transport


class PrecisionDocument(TypedDict):
    """Of `photos` answers `low` to `high` are right, with 95 % certainty."""

    photos: int
    checked: int
    wrong: int
    estimate: float | None
    low: float
    high: float


class SpeciesPrecision(TypedDict):
    species: str
    precision: PrecisionDocument


class ThresholdPrecision(TypedDict):
    threshold: float
    precision: PrecisionDocument


class AuditedPhoto(TypedDict):
    """One to be checked; `right`: None until it is."""

    photo_id: str
    name: str
    species: str
    probability: float
    counts: bool
    right: bool | None


class LeftToLookAt(TypedDict):
    photos: int
    sightings: int
    seconds: float
    seconds_each: float


class AuditDocument(TypedDict):
    """`proposed`: from which probability on the target is reached by what was checked, `promised`: surely."""

    threshold: float
    target: float
    seed: int
    drawn_at: str
    to_check: int
    complete: bool
    precision: PrecisionDocument
    species: list[SpeciesPrecision]
    thresholds: list[ThresholdPrecision]
    proposed: float | None
    promised: float | None
    checks_needed: int | None
    left: LeftToLookAt
    sample: list[AuditedPhoto]


class AuditCalls:
    """Calls about the audit of a batch."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def draw(self, batch_id: str, **order: Any) -> AuditDocument:
        """`threshold`, `target`, `margin`, `checks`, `seed`: those left out as the server has them."""
        audit: AuditDocument = await self._transport.json("POST", f"v1/batches/{batch_id}/audit", json=order)
        return audit

    async def of(self, batch_id: str) -> AuditDocument:
        audit: AuditDocument = await self._transport.json("GET", f"v1/batches/{batch_id}/audit")
        return audit
