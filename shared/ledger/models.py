"""Which models have answered, and which one workers are to run."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.errors import BirdsError, Code
from shared.ledger.database import Pool
from shared.ledger.statements import statements
from shared.records import ModelId, new_id

_sql = statements("models")


@dataclass(frozen=True, slots=True)
class Model:
    """One exact set of weights; `bundle` is its bundle.json."""

    id: ModelId
    name: str
    version: str
    digest: str
    source: str
    bundle: dict[str, Any]
    registered_at: datetime
    active: bool


async def register_model(
    pool: Pool, *, name: str, version: str, digest: str, source: str, bundle: dict[str, Any]
) -> ModelId:
    """Record a loaded model, once per (name, version, digest); returns its id for the answers."""
    return ModelId(
        await _sql.register_model(
            pool, id=new_id(), name=name, version=version, digest=digest, source=source, bundle=bundle
        )
    )


async def note_engine(pool: Pool, model_id: ModelId, *, engine: str, findings: dict[str, Any] | None) -> None:
    """Remember that a worker runs a model by `engine`, and what it found when it chose that one."""
    await _sql.note_engine(pool, model_id=model_id, engine=engine, findings=findings)


@dataclass(frozen=True, slots=True)
class EngineNote:
    """What a worker said last of how it runs a model."""

    engine: str
    """Runtime, device, precision, and passes side by side x photos in one."""
    findings: dict[str, Any] | None
    """Why, as the worker tells it; None where it had no choice."""
    told_at: datetime


async def engine_notes(pool: Pool, model_id: ModelId) -> list[EngineNote]:
    """Each engine once, the one told of last first."""
    return [EngineNote(**dict(row)) async for row in _sql.engine_notes(pool, model_id=model_id)]


async def all_engine_notes(pool: Pool) -> dict[ModelId, list[EngineNote]]:
    """Those of every model of which a worker has said something."""
    notes: dict[ModelId, list[EngineNote]] = defaultdict(list)
    async for row in _sql.all_engine_notes(pool):
        notes[ModelId(row["model_id"])].append(EngineNote(row["engine"], row["findings"], row["told_at"]))
    return notes


async def list_models(pool: Pool) -> list[Model]:
    """All models that were ever loaded or published, newest first."""
    return [Model(**dict(row)) async for row in _sql.list_models(pool)]


async def get_model(pool: Pool, model_id: ModelId) -> Model | None:
    """One that answered; whether it is active is not told."""
    row = await _sql.get_model(pool, model_id=model_id)
    return None if row is None else Model(**dict(row))


async def active_model(pool: Pool) -> Model | None:
    """The promoted model, or None until a worker has loaded it."""
    return next((model for model in await list_models(pool) if model.active), None)


async def active_model_id(pool: Pool) -> ModelId | None:
    """Of the same, without its bundle."""
    model_id = await _sql.active_model_id(pool)
    return None if model_id is None else ModelId(model_id)


async def active_source(pool: Pool) -> str | None:
    """The reference that workers are to load, or None where nothing was promoted yet."""
    row = await _sql.active_source(pool)
    return None if row is None else str(row["source"])


async def promote(pool: Pool, source: str) -> None:
    """Make `source` the model that every worker switches to."""
    await _sql.promote(pool, source=source)


async def go_back(pool: Pool) -> str:
    """Make active what served before; returns its reference. Raises `not-found` where nothing did.

    Once more leads forward again.
    """
    source: str | None = await _sql.go_back(pool)
    if source is None:
        raise BirdsError(Code.NOT_FOUND, "No other model has served before this one.")
    return source


async def promote_first(pool: Pool, source: str) -> None:
    """Make `source` active unless some model already is."""
    await _sql.promote_first(pool, source=source)


@dataclass(frozen=True, slots=True)
class Promotion:
    """What workers say of the promoted model: that one serves it, is loading it, or could not and why."""

    source: str
    good: bool
    loading: bool
    failure: str | None


async def promotion(pool: Pool) -> Promotion | None:
    """None where nothing was promoted yet."""
    row = await _sql.promotion(pool)
    return None if row is None else Promotion(**dict(row))


async def take_back(pool: Pool, source: str) -> None:
    """Make the last good model active again where `source` is."""
    await _sql.take_back(pool, source=source)


async def note_loading(pool: Pool, source: str) -> None:
    """Remember that somebody loads the promoted `source`."""
    await _sql.note_loading(pool, source=source)


async def note_failure(pool: Pool, source: str, reason: str) -> None:
    """Remember why the promoted `source` could not be loaded."""
    await _sql.note_failure(pool, source=source, reason=reason)


async def note_good(pool: Pool, source: str) -> None:
    """Remember that the promoted `source` could be loaded."""
    await _sql.note_good(pool, source=source)


async def good_source(pool: Pool) -> str | None:
    """The reference that could be loaded last of those promoted, or None before the first."""
    source: str | None = await _sql.good_source(pool)
    return source
