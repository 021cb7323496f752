"""Tells a batch's answers anew from what its models said, without asking a model again (re-scoring)."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from shared.ledger.batches import lock_batch
from shared.ledger.database import Pool, transaction
from shared.ledger.judging import judge_again
from shared.ledger.statements import statements
from shared.photo.box import Box
from shared.records import BatchId, ModelId, OwnerId, PhotoId
from shared.scoring.reading import Reading, unpacked
from shared.scoring.scorer import Scored, Scorer
from shared.scoring.settings import ScoringSettings

_sql = statements("rescoring")

AT_ONCE: Final = 2000
"""Photos in one transaction, some 100 ms: workers and readers get their turn between them."""

ScorerOf = Callable[[ModelId], Awaitable[Scorer | None]]
"""Of a model; None where this version of Birds can't read it."""


@dataclass(slots=True)
class RescoreTally:
    """What became of a batch's answers."""

    photos: int = 0
    """Answers that were looked at."""
    changed: int = 0
    """Of these, how many are another one now, under a new seq."""
    without_reading: int = 0
    """Of these, how many stay as they are since nothing was kept of what the model said."""


@dataclass(frozen=True, slots=True)
class _ScoredPortion:
    told: list[tuple[PhotoId, datetime, Scored]]
    """With when the photo was answered: judged anew meanwhile, it has another seq."""
    photos: int
    last: int


async def rescore_batch(
    pool: Pool, owner_id: OwnerId, batch_id: BatchId, changes: Mapping[str, Any], scorer_of: ScorerOf
) -> RescoreTally:
    """Set what `changes` names of the batch's scoring settings, None: to its default; then tell what was
    answered until now by them. What is answered later is told by them, too.

    It ends early where somebody sets them again meanwhile: that other one tells all. Raises `not-found`.
    """
    async with transaction(pool) as connection:
        batch = await lock_batch(connection, owner_id, batch_id)
        merged = {**(batch["scoring"] or {}), **changes}
        scoring = {name: value for name, value in merged.items() if value is not None} or None
        await _sql.set_scoring(connection, batch_id=batch_id, scoring=scoring)
    task = _Rescoring(pool, owner_id, batch_id, scoring, batch["top_k"], batch["last_seq"], scorer_of)
    return await task.run()


class _Rescoring:
    """While Postgres writes one portion, the next one is read and scored."""

    def __init__(
        self,
        pool: Pool,
        owner_id: OwnerId,
        batch_id: BatchId,
        scoring: dict[str, Any] | None,
        top_k: int,
        until: int,
        scorer_of: ScorerOf,
    ) -> None:
        self._pool = pool
        self._owner_id = owner_id
        self._batch_id = batch_id
        self._scoring = scoring
        self._top_k = top_k
        self._until = until
        self._scorer_of = scorer_of
        self._scorers: dict[ModelId, Scorer | None] = {}
        self._done = RescoreTally()

    async def run(self) -> RescoreTally:
        portion = await self._scored(0)
        while portion.photos:
            written, portion = await asyncio.gather(self._write(portion), self._scored(portion.last))
            if not written:
                break
        async with transaction(self._pool) as connection:
            # Of species that were not named before flags are missing.
            await lock_batch(connection, self._owner_id, self._batch_id)
            await judge_again(connection, self._batch_id)
        return self._done

    async def _scored(self, after: int) -> _ScoredPortion:
        rows = [
            row
            async for row in _sql.kept_readings(
                self._pool, batch_id=self._batch_id, after=after, until=self._until, limit=AT_ONCE
            )
        ]
        by_model: dict[ModelId, list[Any]] = {}
        for row in rows:
            if row["logits"] is not None:
                by_model.setdefault(row["model_id"], []).append(row)
        told: list[tuple[PhotoId, datetime, Scored]] = []
        for model_id, some in by_model.items():
            if model_id not in self._scorers:
                self._scorers[model_id] = await self._scorer_of(model_id)
            if (scorer := self._scorers[model_id]) is not None:
                told += await asyncio.to_thread(self._tell, scorer, some)
        return _ScoredPortion(told, len(rows), rows[-1]["seq"] if rows else after)

    def _tell(self, scorer: Scorer, rows: list[Any]) -> list[tuple[PhotoId, datetime, Scored]]:
        readings = [
            Reading(
                unpacked(row["logits"], scorer.classes),
                box=None if row["box"] is None else Box(**row["box"]),
            )
            for row in rows
        ]
        scored = scorer(readings, ScoringSettings.of(self._scoring), self._top_k)
        return [(row["id"], row["finished_at"], one) for row, one in zip(rows, scored, strict=True)]

    async def _write(self, portion: _ScoredPortion) -> bool:
        """False where the settings are others by now."""
        async with transaction(self._pool) as connection:
            batch = await lock_batch(connection, self._owner_id, self._batch_id)
            if batch["scoring"] != self._scoring:
                return False
            scored = [one for _, _, one in portion.told]
            changed = await _sql.retell(
                connection,
                batch_id=self._batch_id,
                photo_ids=[photo_id for photo_id, _, _ in portion.told],
                finished_at=[finished_at for _, finished_at, _ in portion.told],
                predictions=[json.dumps(one.predictions) for one in scored],
                bird_probabilities=[one.bird_probability for one in scored],
                boxes=[None if one.box is None else asdict(one.box) for one in scored],
                rolled_names=[one.rolled.name for one in scored],
                rolled_scientific_names=[one.rolled.scientific_name for one in scored],
                rolled_ranks=[one.rolled.rank for one in scored],
                rolled_probabilities=[one.rolled.probability for one in scored],
            )
        self._done.photos += portion.photos
        self._done.changed += int(changed)
        self._done.without_reading += portion.photos - len(portion.told)
        return True
