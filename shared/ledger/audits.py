"""The audit of a batch: what is checked before many answers are accepted, and what the checked ones say."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from shared.audit.drawing import BANDS, Candidate, Drawn, draw
from shared.audit.effort import seconds_each
from shared.audit.interval import checks_for
from shared.audit.stating import Statement, Strata, state
from shared.errors import BirdsError, Code
from shared.ledger.batches import get_batch, lock_batch
from shared.ledger.database import Connection, Pool, transaction
from shared.ledger.statements import statements
from shared.records import BatchId, KeyId, OwnerId

_sql = statements("audits")
_WORDS: Final = 500  # of a person, from which the pace is told


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be known, and how well."""

    threshold: float
    target: float
    margin: float
    """Half the width of the interval, at the most, if as many are right as are to be."""
    checks: int | None = None
    """How many to check, in the stead of what `margin` asks for."""
    seed: int | None = None
    """None: that of before, or a new one."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """An answer to be checked; `said`: a person's word on the photo."""

    drawn: Drawn
    file: str
    said: str | None

    @property
    def is_right(self) -> bool | None:
        """None: nobody has looked. Any other word than the species is against it."""
        return None if self.said is None else self.said == self.drawn.species


@dataclass(frozen=True, slots=True)
class Audit:
    threshold: float
    target: float
    seed: int
    drawn_at: datetime
    sample: list[Sampled]
    statement: Statement
    left_photos: int
    """That accepting from `proposed` on would leave without a person's word."""
    left_sightings: int
    seconds_each: float


async def draw_audit(pool: Pool, owner_id: OwnerId, batch_id: BatchId, order: Order) -> None:
    """In the stead of the one before; with the same seed more of it, where more are to be checked.

    Raises `not-found`.
    """
    async with transaction(pool) as connection:
        await lock_batch(connection, owner_id, batch_id)
        before = await _sql.audit_of(connection, batch_id=batch_id)
        seed = order.seed
        if seed is None:
            seed = before["seed"] if before is not None else secrets.randbits(63)
        strata = await _strata(connection, batch_id, order.threshold)
        photos = sum(strata.values())
        checks = order.checks or checks_for(photos, order.target, order.margin)
        plan = _Plan(order.threshold, order.target, min(1.0, checks / max(1, photos)), seed)
        await _draw(connection, batch_id, plan)


async def read_audit(pool: Pool, owner_id: OwnerId, batch_id: BatchId, key_id: KeyId) -> Audit:
    """Drawn anew by its seed where the answers are others by now. Raises `not-found`."""
    await get_batch(pool, owner_id, batch_id)
    async with transaction(pool) as connection:
        await lock_batch(connection, owner_id, batch_id)
        audit = await _sql.audit_of(connection, batch_id=batch_id)
        if audit is None:
            raise BirdsError(Code.NOT_FOUND, "Nothing was drawn of this batch yet.")
        threshold = audit["threshold"]
        if await _sql.basis(connection, batch_id=batch_id, threshold=threshold) != audit["basis"]:
            plan = _Plan(threshold, audit["target"], audit["share"], audit["seed"])
            await _draw(connection, batch_id, plan)
            audit = await _sql.audit_of(connection, batch_id=batch_id)
        strata = await _strata(connection, batch_id, threshold)
    sample = [_sampled(row) async for row in _sql.audited_of(pool, batch_id=batch_id)]
    right = {one.drawn.photo: one.is_right for one in sample if one.is_right is not None}
    statement = state(
        strata,
        [one.drawn for one in sample],
        right,
        threshold=threshold,
        target=audit["target"],
    )
    left = await _sql.left_to_look_at(pool, batch_id=batch_id, threshold=statement.proposed)
    times = [
        row["said_at"] async for row in _sql.times_of(pool, batch_id=batch_id, key_id=key_id, limit=_WORDS)
    ]
    return Audit(
        threshold=threshold,
        target=audit["target"],
        seed=audit["seed"],
        drawn_at=audit["drawn_at"],
        sample=sample,
        statement=statement,
        left_photos=left["photos"],
        left_sightings=left["sightings"],
        seconds_each=seconds_each(times),
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    threshold: float
    target: float
    share: float
    seed: int


async def _strata(connection: Connection, batch_id: BatchId, threshold: float) -> Strata:
    rows = _sql.strata(connection, batch_id=batch_id, threshold=threshold, bands=list(BANDS))
    return {(row["name"], row["band"]): row["photos"] async for row in rows}


async def _draw(connection: Connection, batch_id: BatchId, plan: _Plan) -> None:
    """The caller holds the batch's lock."""
    found = _sql.acceptable(connection, batch_id=batch_id, threshold=plan.threshold)
    rows = [row async for row in found]
    basis = await _sql.basis(connection, batch_id=batch_id, threshold=plan.threshold)
    drawn = await asyncio.to_thread(_drawn, rows, plan)
    await _sql.keep_audit(connection, batch_id=batch_id, basis=basis, **asdict(plan))
    await _sql.keep_audited(
        connection,
        batch_id=batch_id,
        photo_ids=[one.photo for one in drawn],
        names=[one.species for one in drawn],
        probabilities=[one.probability for one in drawn],
        counts=[one.counts for one in drawn],
    )


def _drawn(rows: Sequence[Any], plan: _Plan) -> list[Drawn]:
    candidates = [Candidate(row["photo_id"], row["name"], row["probability"]) for row in rows]
    return draw(candidates, plan.share, plan.seed)


def _sampled(row: Any) -> Sampled:
    photo: UUID = row["photo_id"]
    return Sampled(Drawn(photo, row["name"], row["probability"], row["counts"]), row["file"], row["said"])
