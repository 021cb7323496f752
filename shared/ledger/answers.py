"""Writes down what workers found out: one transaction a batch of answers (idempotent)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from shared.final_name import RolledName
from shared.ledger.database import Connection, Pool, transaction
from shared.ledger.judging import judged
from shared.ledger.statements import statements
from shared.messages import ResultHint
from shared.photo.file_names import taken_by_name
from shared.range.judging import Judge
from shared.records import Answer, BatchId, ModelId, PhotoState
from shared.scoring.reading import packed
from shared.scoring.scorer import Scorer
from shared.scoring.settings import ScoringSettings

_sql = statements("answers")
_blobs = statements("blobs")


async def record_answers(
    pool: Pool,
    answers: Sequence[Answer],
    model_id: ModelId | None,
    scorer: Scorer | None = None,
    judge: Judge | None = None,
) -> list[ResultHint]:
    """Commit `answers`, each once however often it is delivered; returns a hint per batch that moved.

    `model_id` gave them, and its `scorer` tells what its readings come to, as their batches have it set; both
    may be None only if every answer is a failure. With a `judge` each prediction says whether its bird is to
    be expected there.
    Raises LedgerAway; LedgerRefused where one of them can't be written: then none was.
    """
    batch_ids = sorted({answer.batch_id for answer in answers})
    async with transaction(pool) as connection:
        batches = await lock_batches(connection, batch_ids)
        # Others were deleted meanwhile.
        answers = [answer for answer in answers if answer.batch_id in batches]
        if scorer is not None and model_id is not None:
            answers = scored(scorer, answers, batches)
            await _keep_readings(connection, answers, model_id)
        answers = await _with_time_by_name(connection, answers)
        if judge is not None:
            answers = await judged(connection, answers, judge)
        rows = [_row(position, answer) for position, answer in enumerate(answers)]
        moved = [row async for row in _sql.record_answers(connection, answers=rows, model_id=model_id)]
        doubtful = [a.photo_id for a in answers if a.error_code in ("checksum-mismatch", "missing-object")]
        if doubtful:
            await _blobs.distrust_blobs(connection, photo_ids=doubtful)
    return [ResultHint(batch_id=row["id"], last_seq=row["last_seq"]) for row in moved]


@dataclass(frozen=True, slots=True)
class Telling:
    """How a batch's answers are told."""

    top_k: int
    scoring: ScoringSettings


async def lock_batches(connection: Connection, batch_ids: Sequence[BatchId]) -> dict[BatchId, Telling]:
    """Of whatever owners, in an order in which nobody waits for another who does the same."""
    rows = _sql.lock_batches(connection, ids=sorted(batch_ids))
    return {row["id"]: Telling(row["top_k"], ScoringSettings.of(row["scoring"])) async for row in rows}


def scored(scorer: Scorer, answers: Sequence[Answer], batches: Mapping[BatchId, Telling]) -> list[Answer]:
    """Each with a reading told as its batch has it; the others as they are."""
    found = list(answers)
    for batch_id, telling in batches.items():
        readings = {
            row: answer.reading
            for row, answer in enumerate(answers)
            if answer.batch_id == batch_id and answer.reading is not None
        }
        told = scorer(list(readings.values()), telling.scoring, telling.top_k)
        for row, one in zip(readings, told, strict=True):
            found[row] = replace(
                answers[row],
                predictions=one.predictions,
                bird_probability=one.bird_probability,
                box=one.box,
                rolled=one.rolled,
            )
    return found


async def _keep_readings(connection: Connection, answers: Sequence[Answer], model_id: ModelId) -> None:
    kept = [(answer, answer.reading, (answer.predictions or [])[0]) for answer in answers if answer.reading]
    if not kept:
        return
    await _sql.keep_readings(
        connection,
        model_id=model_id,
        photo_ids=[answer.photo_id for answer, _, _ in kept],
        logits=[packed(reading.looks) for _, reading, _ in kept],
        embeddings=[None if one.embedding is None else packed(one.embedding) for _, one, _ in kept],
        boxes=[None if reading.box is None else asdict(reading.box) for _, reading, _ in kept],
        species=[best["species"] for _, _, best in kept],
        scientific_names=[best["scientific_name"] for _, _, best in kept],
        probabilities=[best["probability"] for _, _, best in kept],
        bird_probabilities=[answer.bird_probability for answer, _, _ in kept],
    )


async def _with_time_by_name(connection: Any, answers: Sequence[Answer]) -> list[Answer]:
    """A photo without a date may have one in its name, and who reads photos is not told their names."""
    dateless = [answer.photo_id for answer in answers if _wants_time(answer)]
    if not dateless:
        return list(answers)
    times = {
        row["id"]: taken_by_name(row["name"]) async for row in _sql.names_of(connection, photo_ids=dateless)
    }
    return [
        replace(answer, taken=times.get(answer.photo_id)) if _wants_time(answer) else answer
        for answer in answers
    ]


def _wants_time(answer: Answer) -> bool:
    return answer.state is PhotoState.DONE and answer.taken is None


def _row(position: int, answer: Answer) -> dict[str, Any]:
    return {
        "position": position,
        "photo_id": str(answer.photo_id),
        "state": answer.state,
        "predictions": answer.predictions,
        "bird_probability": answer.bird_probability,
        "box": None if answer.box is None else asdict(answer.box),
        "width": answer.width,
        "height": answer.height,
        "gradient": answer.gradient,
        **({} if answer.taken is None else answer.taken.as_columns()),
        "latitude": answer.latitude,
        "longitude": answer.longitude,
        "gps_at": None if answer.gps_at is None else answer.gps_at.isoformat(),
        "camera": answer.camera,
        "range": answer.range,
        **({} if answer.rolled is None else _rolled(answer.rolled)),
        "error_code": answer.error_code,
        "error_detail": answer.error_detail,
    }


def _rolled(name: RolledName) -> dict[str, Any]:
    return {
        "rolled_name": name.name,
        "rolled_scientific_name": name.scientific_name,
        "rolled_rank": name.rank,
        "rolled_probability": name.probability,
    }
