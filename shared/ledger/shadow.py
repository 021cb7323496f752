"""The candidate that answers some photos beside the active model, what it said, and whether it is better."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.errors import BirdsError, Code
from shared.ledger.comparing import both_right
from shared.ledger.database import Pool
from shared.ledger.models import active_model_id, active_source, promote
from shared.ledger.statements import statements
from shared.records import ModelId, PhotoId, new_id
from shared.scoring.verdict import CandidateStanding, CandidateVerdict, PairedSighting, standing

_sql = statements("shadow")


@dataclass(frozen=True, slots=True)
class ShadowCandidate:
    """What an operator has set, and what workers say of it."""

    source: str
    every: int
    """It answers one photo of so many."""
    set_at: datetime
    failure: str | None
    model_id: ModelId | None
    """None until a worker has loaded it; with `model`, its name@version."""
    model: str | None


@dataclass(frozen=True, slots=True)
class ShadowAnswer:
    """A candidate's best species for one photo, as it would have answered."""

    species: str
    scientific_name: str | None
    probability: float
    bird_probability: float | None


async def set_candidate(pool: Pool, source: str, every: int) -> None:
    """Have workers load `source` and answer one photo of `every` with it. Raises `already-active`: it serves
    already."""
    if source == await active_source(pool):
        raise BirdsError(Code.ALREADY_ACTIVE, f"{source} is active: no model is its own candidate.")
    await _sql.set_shadow(pool, source=source, every=every)


async def end_candidate(pool: Pool) -> None:
    """Workers go on without; what it said is kept. Harmless where there is none."""
    await _sql.end_shadow(pool)


async def candidate(pool: Pool) -> ShadowCandidate | None:
    row = await _sql.shadow(pool)
    return None if row is None else ShadowCandidate(**dict(row))


async def register_candidate(
    pool: Pool, *, name: str, version: str, digest: str, source: str, bundle: dict[str, Any]
) -> ModelId:
    """As `register_model`, but a model that was promoted by another reference keeps that."""
    found: UUID = await _sql.register_candidate(
        pool, id=new_id(), name=name, version=version, digest=digest, source=source, bundle=bundle
    )
    return ModelId(found)


async def note_loaded(pool: Pool, set_at: datetime, model_id: ModelId) -> None:
    """A worker answers with what was set then."""
    await _sql.note_shadow_loaded(pool, set_at=set_at, model_id=model_id)


async def note_given_up(pool: Pool, set_at: datetime, reason: str) -> None:
    """A worker goes on without what was set then."""
    await _sql.note_shadow_failure(pool, set_at=set_at, reason=reason)


async def keep_answer(pool: Pool, photo_id: PhotoId, model_id: ModelId, answer: ShadowAnswer) -> None:
    """Beside the photo's own answer, which is never touched; nothing of a photo that is gone."""
    await _sql.keep_shadow_answer(
        pool,
        photo_id=photo_id,
        model_id=model_id,
        species=answer.species,
        scientific_name=answer.scientific_name,
        probability=answer.probability,
        bird_probability=answer.bird_probability,
    )


@dataclass(frozen=True, slots=True)
class Trial:
    """How a candidate does."""

    candidate: ShadowCandidate
    answered: int
    """Photos, reviewed or not."""
    standing: CandidateStanding
    """Against the active model, over photos of all owners."""


async def trial(pool: Pool) -> Trial | None:
    """None where no candidate is set."""
    found = await candidate(pool)
    if found is None:
        return None
    if found.model_id is None:
        return Trial(found, 0, standing([]))
    answered = await _sql.count_shadow_answers(pool, candidate=found.model_id)
    active = await active_model_id(pool)
    paired = [] if active is None else await _paired(pool, active, found.model_id)
    return Trial(found, answered, standing(paired))


async def swap(pool: Pool) -> Trial:
    """Promote the candidate if it is better; `go_back` of the models takes that back.

    Raises `not-found`: none is set; `not-better`: its interval does not say so, or not yet.
    """
    found = await trial(pool)
    if found is None:
        raise BirdsError(Code.NOT_FOUND, "No candidate is set.")
    if found.standing.verdict is not CandidateVerdict.BETTER:
        raise BirdsError(Code.NOT_BETTER, f"{found.candidate.source} {_why_not(found.standing)}.")
    await promote(pool, found.candidate.source)
    return found


def _why_not(found: CandidateStanding) -> str:
    if found.verdict is CandidateVerdict.WORSE:
        return "is worse than the active model"
    if found.interval is None:
        return "has answered no photo that a person has named"
    return f"is not known to be better, by {found.sightings:,} sightings that people have named"


async def _paired(pool: Pool, active: ModelId, candidate: ModelId) -> list[PairedSighting]:
    counts: dict[UUID, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    async for row in _sql.paired_answers(pool, active=active, candidate=candidate):
        of_active, of_candidate = both_right(row)
        found = counts[row["sighting"]]
        found[0] += row["photos"]
        if of_active or of_candidate:
            found[1 if of_active and of_candidate else 2 if of_active else 3] += row["photos"]
    return [PairedSighting(*each) for each in counts.values()]
