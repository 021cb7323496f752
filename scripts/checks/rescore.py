"""What is kept of a photo, and how long it takes to tell all of a batch anew: `scripts/rescore [PHOTOS]`."""

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import psutil

from scripts.checks.bare_postgres import bare_postgres
from scripts.throwaway import ROOT
from shared.ledger.batches import create_batch, get_batch
from shared.ledger.database import Pool, open_pool
from shared.ledger.keys import create_key, find_access
from shared.ledger.migrate import migrate
from shared.ledger.models import register_model
from shared.ledger.rescoring import rescore_batch
from shared.photo.box import Box
from shared.records import BatchId, Lane, ModelId, OwnerId, new_id
from shared.scoring.reading import Reading, packed, rounded
from shared.scoring.scorer import Scorer
from shared.scoring.settings import ScoringSettings
from shared.vision.bundle import read_bundle
from shared.vision.embedding import WIDTH, embeddings
from shared.vision.sources.default import default_model

ASKED_S: Final = 10.0
"""For 100,000 photos, on two cores."""
TWICE: Final = 4  # every so many photos was looked at twice, as of real ones
A_PART: Final = 10_000
TOLD: Final = (
    "id batch_id owner_id blob_id name lane state seq model_id finished_at predictions bird_probability box"
    " rolled_name rolled_scientific_name rolled_rank rolled_probability"
)
READ: Final = "photo_id model_id logits embedding box species probability bird_probability"
STEPS: Final[Sequence[tuple[str, dict[str, Any]]]] = (
    ("nothing is another one", {}),
    ("a threshold", {"threshold": 0.3}),
    ("a temperature: all are another one", {"temperature": 1.7}),
    ("back", {"temperature": None, "threshold": None}),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/rescore", description=__doc__)
    parser.add_argument("photos", nargs="?", type=int, default=100_000)
    given = parser.parse_args()
    with bare_postgres(ROOT / "var" / "rescore") as url:
        asyncio.run(_measure(url, given.photos))


async def _measure(url: str, photos: int) -> None:
    await migrate(url)
    bundle = read_bundle(default_model())
    scorer = Scorer(bundle)
    async with open_pool(url, 4, 600) as pool, open_pool(url, 1, 600) as filling:
        access = await find_access(pool, (await create_key(pool, "measured")).secret)
        assert access is not None
        model_id = await register_model(
            pool,
            name=bundle.name,
            version=bundle.version,
            digest=bundle.weights_sha256,
            source=bundle.id,
            bundle=bundle.model_dump(mode="json"),
        )
        batch_id = await create_batch(pool, access.owner_id, name=None, lane=Lane.BULK, top_k=5)
        for start in range(0, photos, A_PART):
            count = min(A_PART, photos - start)
            await _fill(filling, access.owner_id, batch_id, model_id, scorer, start, count)
        await pool.execute(
            "update batches set accepted = $2::integer, done = $2::integer, last_seq = $2::integer"
            " where id = $1",
            batch_id,
            photos,
        )
        await pool.execute("vacuum analyze")
        await _sizes(pool, photos)

        async def scorer_of(_: ModelId) -> Scorer:
            return scorer

        for what, changes in STEPS:
            began, before = time.perf_counter(), await _processor_s(pool)
            done = await rescore_batch(pool, access.owner_id, batch_id, changes, scorer_of)
            took = time.perf_counter() - began
            ours, postgres = (now - then for now, then in zip(await _processor_s(pool), before, strict=True))
            print(
                f"{what}: {done.changed:,} of {done.photos:,} changed, {took:.1f} s,"
                f" {1e5 * took / photos:.1f} s for 100,000; {ASKED_S:g} are asked; processor time:"
                f" {ours:.1f} s of ours, {postgres:.1f} s of Postgres"
            )
        print(f"last seq {(await get_batch(pool, access.owner_id, batch_id)).last_seq:,}")


async def _fill(
    pool: Pool,
    owner_id: OwnerId,
    batch_id: BatchId,
    model_id: ModelId,
    scorer: Scorer,
    start: int,
    count: int,
) -> None:
    """Photos whose logits are drawn."""
    random = np.random.default_rng(start)
    logits = rounded(random.normal(0, 4, (2 * count, scorer.classes)))
    vectors = embeddings(random.normal(0, 1, (count, 2 * WIDTH)))
    readings = [Reading(logits[row : row + 1], vectors[row]) for row in range(count)]
    for row in range(0, count, TWICE):
        readings[row] = readings[row].closer(logits[count + row], Box(0.25, 0.25, 0.5, 0.5))
    told = scorer(readings, ScoringSettings(), 5)
    ids, now = [new_id() for _ in readings], datetime.now(UTC)
    async with pool.acquire() as connection:
        await connection.set_type_codec(
            "jsonb", encoder=_jsonb, decoder=bytes, schema="pg_catalog", format="binary"
        )
        await connection.copy_records_to_table(
            "blobs",
            columns=("id", "owner_id", "sha256", "size", "stored_at"),
            records=[(one, owner_id, one.bytes, 4_000_000, None) for one in ids],
        )
        await connection.copy_records_to_table(
            "photos",
            columns=TOLD.split(),
            records=[
                (
                    *(one, batch_id, owner_id, one, f"DCIM/IMG_{start + row}.JPG", "bulk", "done"),
                    *(start + row + 1, model_id, now, said.predictions, said.bird_probability),
                    None if said.box is None else {"x": 0.25, "y": 0.25, "width": 0.5, "height": 0.5},
                    *(said.rolled.name, said.rolled.scientific_name, said.rolled.rank),
                    said.rolled.probability,
                )
                for row, (one, said) in enumerate(zip(ids, told, strict=True))
            ],
        )
        await connection.copy_records_to_table(
            "readings",
            columns=[
                "photo_id",
                "model_id",
                "logits",
                "embedding",
                "box",
                "species",
                "probability",
                "bird_probability",
            ],
            records=[
                (
                    *(one, model_id, packed(reading.looks), packed(vector)),
                    None if reading.box is None else {"x": 0.25, "y": 0.25, "width": 0.5, "height": 0.5},
                    *(said.predictions[0]["species"], said.predictions[0]["probability"]),
                    said.bird_probability,
                )
                for one, reading, vector, said in zip(ids, readings, vectors, told, strict=True)
            ],
        )


def _jsonb(value: Any) -> bytes:
    """As COPY takes it: its format's version, and the text."""
    return b"\x01" + json.dumps(value).encode()


async def _processor_s(pool: Pool) -> tuple[float, float]:
    """Seconds spent until now, of this process and of the connections' backends: they overlap."""
    backends = await pool.fetch("select pid from pg_stat_activity where datname = current_database()")
    times = [psutil.Process(row["pid"]).cpu_times() for row in backends]
    return time.process_time(), sum(one.user + one.system for one in times)


async def _sizes(pool: Pool, photos: int) -> None:
    for table in ("photos", "readings"):
        size = await pool.fetchval("select pg_total_relation_size($1::regclass)", table)
        print(f"{table}: {size / photos:,.0f} bytes a photo")


if __name__ == "__main__":
    main()
