"""What became of the photos, as told by feed, ledger and storage: from outside, by what was sent."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

import asyncpg

from shared.objects import ObjectStore
from shared.records import object_key
from tests.support.stack import Stack


@dataclass(frozen=True)
class Verdict:
    """All zeros is what is asked."""

    lost: int  # photos without an answer
    twice: int  # answers beyond one a photo
    failed: int  # answers that blame a good photo
    miscounted: int  # numbers in the batch's document that its rows do not bear out
    gaps: int  # places of the feed that nobody saw, or somebody saw out of turn
    orphans: int  # objects without a row, and rows without their object

    @property
    def is_good(self) -> bool:
        return not any(astuple(self))


async def verdict(
    stack: Stack,
    objects: ObjectStore,
    names: Sequence[str],
    batch: dict[str, Any],
    seen: Sequence[dict[str, Any]],
) -> Verdict:
    """`names` were sent; `batch` is its document and `seen` what a reader got of its feed."""
    answered = Counter(result["name"] for result in seen)
    rows = await _rows(stack, batch["id"])
    counts = batch["counts"]
    states = Counter(row["state"] for row in rows)
    wanted = {
        "accepted": len(names),
        "queued": states["queued"],
        "done": states["done"],
        "failed": states["failed"],
    }
    seqs = [result["seq"] for result in seen]
    return Verdict(
        lost=sum(not answered[name] for name in names),
        twice=sum(answered.values()) - len(answered) + len(rows) - len({row["name"] for row in rows}),
        failed=sum(result["state"] != "done" for result in seen),
        miscounted=sum(counts[name] != number for name, number in wanted.items()),
        gaps=sum(found != place for place, found in enumerate(seqs, 1)) + abs(len(seqs) - len(names)),
        orphans=await _orphans(stack, objects),
    )


async def _rows(stack: Stack, batch_id: str) -> list[Any]:
    connection = await asyncpg.connect(stack.postgres_url)
    try:
        return await connection.fetch("select name, state from photos where batch_id = $1", batch_id)
    finally:
        await connection.close()


async def _orphans(stack: Stack, objects: ObjectStore) -> int:
    """Blobs that are reserved or to be removed later may be either way."""
    connection = await asyncpg.connect(stack.postgres_url)
    try:
        stored = await connection.fetch("select id from blobs where stored_at is not null")
        other = await connection.fetch(
            "select id from blobs where stored_at is null union select blob_id from garbage"
        )
    finally:
        await connection.close()
    there = {key for key in await objects.keys("photos/") if not key.endswith(".first")}
    named = {object_key(row["id"]) for row in stored}
    allowed = {object_key(row["id"]) for row in other}
    return len(named - there) + len(there - named - allowed)
