"""What the hot statements touch in Postgres, as it says itself (EXPLAIN): the way of some photos through the
ledger, undone afterwards."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shared.ledger.database import Connection
from shared.ledger.statements import all_statements
from shared.records import new_id

_STATEMENTS = all_statements()
_PREDICTION = {"species": "Northern Cardinal", "scientific_name": "Cardinalis cardinalis", "probability": 0.2}


@dataclass(frozen=True)
class Explained:
    """`blocks` of 8 kB that it touched; `whole`: tables that it read from end to end."""

    blocks: int
    whole: frozenset[str]


async def hot_statements(ledger: Connection, owner_id: Any, photos: int) -> dict[str, Explained]:
    """By name; each with so many photos, as a request has, a page of the relay or a batch of answers."""
    model_id = await ledger.fetchval("select id from models limit 1")
    undone = ledger.transaction()
    await undone.start()
    try:
        return {
            name: await _explained(ledger, name, values) for name, values in _way(owner_id, model_id, photos)
        }
    finally:
        await undone.rollback()


def _way(owner_id: Any, model_id: Any, photos: int) -> list[tuple[str, dict[str, Any]]]:
    """Statements in the order in which photos meet them, with their values."""
    batch_id, ids, blob_ids = new_id(), [new_id() for _ in range(photos)], [new_id() for _ in range(photos)]
    of_batch, of_owner = {"batch_id": batch_id}, {"owner_id": owner_id}
    entries = {"blob_ids": blob_ids, "names": [f"{id}.jpg" for id in ids]}
    words: dict[str, Any] = {"client_ids": [None] * photos, "metadata": [None] * photos}
    answers = [
        {"position": place, "photo_id": str(id), "state": "done", "predictions": [_PREDICTION] * 5,
         "bird_probability": 0.98, "width": 6000, "height": 4000}
        for place, id in enumerate(ids)
    ]  # fmt: skip
    return [
        ("create_batch", {"id": batch_id, **of_owner, "name": None, "lane": "bulk", "top_k": 5,
                          "listed": True, "idempotency_key": None, "scoring": None, "client_id": None,
                          "metadata": None, "expires_at": None}),
        ("reserve_blobs", {"ids": blob_ids, **of_owner, "sizes": [4_000_000] * photos,
                           "sha256s": [hashlib.sha256(id.bytes).digest() for id in blob_ids]}),
        ("mark_stored", {"ids": blob_ids}),
        ("accept_photos", {"ids": ids, **of_batch, **of_owner, "lane": "bulk", **entries, **words}),
        ("identify_photos", {**of_batch, **entries}),
        ("backlog_by_lane", {}),
        ("unpublished_photos", {"lane": "bulk", "limit": photos}),
        ("mark_published", {"ids": ids}),
        ("lock_batches", {"ids": [batch_id]}),
        ("record_answers", {"answers": answers, "model_id": model_id}),
        ("batch_versions", {"ids": [batch_id]}),
        ("get_batch", {**of_batch, **of_owner}),
        ("results_after", {**of_batch, "after": 0, "until": 2**63 - 1, "limit": photos}),
        ("list_batches", {**of_owner, "before": None, "client_id": None, "limit": 50}),
    ]  # fmt: skip


async def _explained(ledger: Connection, name: str, values: dict[str, Any]) -> Explained:
    names = _STATEMENTS.driver_adapter.var_sorted[name]
    told = await ledger.fetchval(
        f"explain (analyze, buffers, format json) {getattr(_STATEMENTS, name).sql}",
        *(values[one] for one in names),
    )
    plan = told[0]["Plan"]
    whole = {node["Relation Name"] for node in _nodes(plan) if node["Node Type"] == "Seq Scan"}
    return Explained(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"], frozenset(whole))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)
