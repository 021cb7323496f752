"""Whether birds are to be expected: told with the answer, and again when what it follows from has changed."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from shared.ledger.database import Connection, Pool, transaction
from shared.ledger.statements import statements
from shared.messages import ResultHint
from shared.photo.file_names import taken_by_name
from shared.photo.taken import TakenTime
from shared.place.effective import place_and_time
from shared.place.site import Site, site_of
from shared.range.judging import AcceptedHere, Judge
from shared.records import Answer, BatchId, PhotoState

_sql = statements("judging")
JUDGED_AT_ONCE: Final = 1000  # photos in one transaction, some 100 ms, for which answers of the batch wait


async def judged(connection: Connection, answers: Sequence[Answer], judge: Judge) -> list[Answer]:
    """`answers` with what is kept of their flags. The caller holds their batches' locks, so that no site
    changes between this and the commit."""
    ids = [answer.photo_id for answer in answers if answer.predictions]
    if not ids:
        return list(answers)
    rows = {row["id"]: row async for row in _sql.judged_by(connection, photo_ids=ids)}
    return await asyncio.to_thread(_all_judged, answers, rows, judge)  # a geomodel takes milliseconds


def _all_judged(answers: Sequence[Answer], rows: dict[Any, Any], judge: Judge) -> list[Answer]:
    return [
        _judged(answer, rows[answer.photo_id], judge) if answer.photo_id in rows else answer
        for answer in answers
    ]


def _judged(answer: Answer, row: Any, judge: Judge) -> Answer:
    position = _position(answer.latitude, answer.longitude)
    where = place_and_time(
        answer.taken or taken_by_name(row["name"]), position, site_of(_sites(row), row["name"])
    )
    kept = judge(answer.predictions or [], where, _accepted(row), reorder=row["reorder"])
    return replace(answer, range=kept)


async def judge_portion(pool: Pool, judge: Judge) -> ResultHint | None:
    """Some answers of one batch anew; those that are told otherwise now get the next seqs of their batch.

    None where there is nothing to do. Raises LedgerAway.
    """
    async with transaction(pool) as connection:
        batch = await _sql.batch_to_judge(connection)
        if batch is None:
            return None
        photos = [
            row
            async for row in _sql.photos_to_judge(
                connection,
                batch_id=batch["id"],
                after=batch["judge_from"],
                until=batch["judge_until"],
                limit=JUDGED_AT_ONCE,
            )
        ]
        changed = await _judged_anew(connection, photos, judge)
        last_seq = batch["last_seq"] + len(changed)
        rows = [row | {"seq": batch["last_seq"] + place} for place, row in enumerate(changed, 1)]
        if rows:
            await _sql.keep_judged(connection, judged=rows)
        done = len(photos) < JUDGED_AT_ONCE
        await _sql.judged_until(
            connection,
            batch_id=batch["id"],
            judge_from=None if done else photos[-1]["seq"],
            judge_until=None if done else batch["judge_until"],
            last_seq=last_seq,
        )
    return ResultHint(batch_id=batch["id"], last_seq=last_seq)


async def _judged_anew(connection: Connection, photos: Sequence[Any], judge: Judge) -> list[dict[str, Any]]:
    """Those that are told otherwise now."""
    ids = [photo["id"] for photo in photos if photo["state"] == PhotoState.DONE]
    if not ids:
        return []
    said = {row["id"]: row async for row in _sql.judged_by(connection, photo_ids=ids)}

    def compare() -> list[dict[str, Any]]:
        found = [(photo, _of_row(photo, said[photo["id"]], judge)) for photo in photos if photo["id"] in said]
        return [
            {"photo_id": str(photo["id"]), "range": kept} for photo, kept in found if kept != photo["range"]
        ]

    return await asyncio.to_thread(compare)


def _of_row(photo: Any, said: Any, judge: Judge) -> dict[str, Any]:
    position = _position(photo["latitude"], photo["longitude"])
    where = place_and_time(TakenTime.of_row(photo), position, site_of(_sites(said), photo["name"]))
    return judge(photo["predictions"] or [], where, _accepted(said), reorder=said["reorder"])


def _position(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    return None if latitude is None or longitude is None else (latitude, longitude)


def _sites(row: Any) -> list[Site]:
    return [Site(**site) for site in row["sites"] or ()]


def _accepted(row: Any) -> list[AcceptedHere]:
    return [AcceptedHere(**word) for word in row["accepted"] or ()]


async def judge_again(connection: Connection, batch_id: BatchId) -> None:
    """All answers of the batch, by whichever worker has a source. The caller holds the batch's lock."""
    await _sql.judge_again(connection, batch_id=batch_id)
