"""Writes down what workers found out: one transaction a batch of answers (idempotent)."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from shared.ledger.database import Pool, transaction
from shared.ledger.statements import statements
from shared.messages import ResultHint
from shared.records import Answer, ModelId

_sql = statements("answers")
_blobs = statements("blobs")


async def record_answers(pool: Pool, answers: Sequence[Answer], model_id: ModelId | None) -> list[ResultHint]:
    """Commit `answers`, each once however often it is delivered; returns a hint per batch that moved.

    `model_id` gave the predictions; it may be None only if every answer is a failure.
    Raises LedgerAway; LedgerRefused where one of them can't be written: then none was.
    """
    rows = [_row(position, answer) for position, answer in enumerate(answers)]
    batch_ids = sorted({answer.batch_id for answer in answers})
    async with transaction(pool) as connection:
        async for _ in _sql.lock_batches(connection, ids=batch_ids):
            pass
        moved = [row async for row in _sql.record_answers(connection, answers=rows, model_id=model_id)]
        doubtful = [a.photo_id for a in answers if a.error_code in ("checksum-mismatch", "missing-object")]
        if doubtful:
            await _blobs.distrust_blobs(connection, photo_ids=doubtful)
    return [ResultHint(batch_id=row["id"], last_seq=row["last_seq"]) for row in moved]


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
        "taken_at": None if answer.taken_at is None else answer.taken_at.isoformat(),
        "latitude": answer.latitude,
        "longitude": answer.longitude,
        "error_code": answer.error_code,
        "error_detail": answer.error_detail,
    }
