"""Case G, growth: what a photo costs with a thousand and with a million others in the ledger."""

import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

from api.client import BirdsClient
from scripts.benchmark import load
from scripts.benchmark.photos import make_photos
from scripts.benchmark.processes import look
from scripts.benchmark.system import System, written
from scripts.benchmark.table import Row
from shared.ledger.database import Connection, open_pool

SIZES = (1_000, 100_000, 1_000_000)  # photos of one owner
A_BATCH = 10_000  # of them
PHOTOS = 1_000  # sent, answered, paged and exported at each size
TRIES = 3  # of which the median counts
FILLING_S = 600.0  # for a statement that fills the ledger
MOST_GROWTH = 1.1  # asked: of what the same costs in a small ledger

_BATCHES = """
insert into batches
    (id, owner_id, name, lane, top_k, listed, accepted, done, last_seq, closed_at, finished_at)
select uuidv7(), (select owner_id from keys limit 1), 'filled', 'bulk', 5, true,
       $2::integer, $2::integer, $2::integer, now(), now()
from generate_series(1, $1::integer) returning id
"""
_BLOBS = """
insert into blobs (id, owner_id, sha256, size, stored_at)
select uuidv7(), (select owner_id from keys limit 1), sha256(($1::text || n)::bytea), 4000000, now()
from generate_series(1, $2::integer) n returning id
"""
_PHOTOS = """
insert into photos
    (id, batch_id, blob_id, name, lane, state, seq, queued_at, published_at, finished_at, predictions,
     bird_probability, width, height)
select uuidv7(), $1, blob, 'DCIM/100CANON/IMG_' || n || '.JPG', 'bulk', 'done', n, now(), now(), now(),
       $3::jsonb, 0.98, 6000, 4000
from unnest($2::uuid[]) with ordinality as t (blob, n)
"""
_PREDICTIONS = [
    {"species": "Northern Cardinal", "scientific_name": "Cardinalis cardinalis", "probability": 0.2}
] * 5


async def measure() -> list[Row]:
    costs: dict[str, list[float]] = {}
    with System("null").running() as stack:
        async with (
            open_pool(stack["postgres_url"], 1, FILLING_S) as pool,
            pool.acquire() as ledger,
            BirdsClient(stack["url"], stack["key"]) as client,
        ):
            await load.run_batch(client, written(make_photos(64, None)))  # connections and caches
            there = 0
            for size in SIZES:
                await _fill(ledger, size - there)
                there = size
                for what, cost in (await _costs(client, stack, size)).items():
                    costs.setdefault(what, []).append(cost)
    return [
        Row("G", f"{what}, {size:,} photos in the ledger", cost, "ms", MOST_GROWTH * of_all[0])
        for what, of_all in costs.items()
        for size, cost in zip(SIZES, of_all, strict=True)
    ]


async def _fill(ledger: Connection, photos: int) -> None:
    a_batch = min(A_BATCH, photos)
    for number, batch in enumerate(await ledger.fetch(_BATCHES, photos // a_batch, a_batch)):
        blobs = await ledger.fetch(_BLOBS, f"{photos}/{number}/", a_batch)
        await ledger.execute(_PHOTOS, batch["id"], [blob["id"] for blob in blobs], _PREDICTIONS)
    await ledger.execute("vacuum analyze")


async def _costs(client: BirdsClient, stack: dict[str, Any], size: int) -> dict[str, float]:
    """Milliseconds: of a photo sent and answered (wall, and Postgres' processor time), and of a page."""
    sent, spent = [], []
    for number in range(TRIES):
        files = written([(f"{size}-{number}-{name}", data + f"{size}/{number}".encode())
                         for name, data in make_photos(PHOTOS, None)])  # fmt: skip
        before = look(stack["processes"])
        done = await load.run_batch(client, files)
        sent.append(1000 / done.photos_per_s)
        spent.append(1000 * look(stack["processes"]).since(before)["postgres"] / PHOTOS)
        batch_id = (await anext(client.batches()))["id"]
    return {
        "a photo sent and answered": statistics.median(sent),
        "a photo sent and answered: processor time of Postgres": statistics.median(spent),
        f"a page of {PHOTOS} answers": await _ms(lambda: client.result_page(batch_id, limit=PHOTOS)),
        "a page of batches": await _ms(lambda: anext(client.batches())),
        f"an export of {PHOTOS} photos": await _ms(lambda: _exported(client, batch_id)),
    }


async def _exported(client: BirdsClient, batch_id: str) -> None:
    async for _ in client.export(batch_id):
        pass


async def _ms(call: Callable[[], Awaitable[Any]], times: int = 15) -> float:
    """Median of several, the first left out."""
    seconds = []
    for _ in range(times + 1):
        began = time.perf_counter()
        await call()
        seconds.append(time.perf_counter() - began)
    return 1000 * statistics.median(seconds[1:])
