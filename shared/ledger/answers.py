"""Writes down what workers found out: one transaction a batch of answers (idempotent)."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from shared.ledger.database import Connection, Pool, transaction
from shared.ledger.judging import judged
from shared.ledger.statements import statements
from shared.messages import ResultHint
from shared.photo.file_names import taken_by_name
from shared.range.judging import Judge
from shared.records import Answer, BatchId, ModelId, PhotoState

_sql = statements("answers")
_blobs = statements("blobs")


async def record_answers(
    pool: Pool, answers: Sequence[Answer], model_id: ModelId | None, judge: Judge | None = None
) -> list[ResultHint]:
    """Commit `answers`, each once however often it is delivered; returns a hint per batch that moved.

    `model_id` gave the predictions; it may be None only if every answer is a failure. With a `judge` each
    prediction says whether its bird is to be expected there.
    Raises LedgerAway; LedgerRefused where one of them can't be written: then none was.
    """
    batch_ids = sorted({answer.batch_id for answer in answers})
    async with transaction(pool) as connection:
        await lock_batches(connection, batch_ids)
        answers = await _with_time_by_name(connection, answers)
        if judge is not None:
            answers = await judged(connection, answers, judge)
        rows = [_row(position, answer) for position, answer in enumerate(answers)]
        moved = [row async for row in _sql.record_answers(connection, answers=rows, model_id=model_id)]
        doubtful = [a.photo_id for a in answers if a.error_code in ("checksum-mismatch", "missing-object")]
        if doubtful:
            await _blobs.distrust_blobs(connection, photo_ids=doubtful)
    return [ResultHint(batch_id=row["id"], last_seq=row["last_seq"]) for row in moved]


async def lock_batches(connection: Connection, batch_ids: Sequence[BatchId]) -> None:
    """Of whatever owners, in an order in which nobody waits for another who does the same."""
    async for _ in _sql.lock_batches(connection, ids=sorted(batch_ids)):
        pass


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
        **({} if answer.taken is None else answer.taken.as_columns()),
        "latitude": answer.latitude,
        "longitude": answer.longitude,
        "gps_at": None if answer.gps_at is None else answer.gps_at.isoformat(),
        "camera": answer.camera,
        "range": answer.range,
        "error_code": answer.error_code,
        "error_detail": answer.error_detail,
    }
