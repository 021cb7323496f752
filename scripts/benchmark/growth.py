"""Case G, growth: what a photo costs with a thousand and with a million others in the ledger.

In processor time, which tells more of growth than a clock that others stop, and in blocks that hot statements
touch.
"""

import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from api.client import BirdsClient
from scripts.benchmark import load
from scripts.benchmark.explained import Explained, hot_statements
from scripts.benchmark.photos import make_photos
from scripts.benchmark.processes import look
from scripts.benchmark.system import Stack, System, written
from scripts.benchmark.table import Row
from shared.ledger.database import Connection, open_pool

FILLING_S = 600.0  # for a statement that fills the ledger
MOST_GROWTH = 1.1  # asked: of what the same costs in a small ledger
EXPLAINED = 100  # photos of each statement that is explained
SERVERS = ("api", "postgres")

_BATCHES = """
insert into batches
    (id, owner_id, name, lane, top_k, listed, accepted, done, last_seq, closed_at, finished_at)
select uuidv7(), $3, 'filled', 'bulk', 5, true,
       $2::integer, $2::integer, $2::integer, now(), now()
from generate_series(1, $1::integer) returning id
"""
_BLOBS = """
insert into blobs (id, owner_id, sha256, size, stored_at)
select uuidv7(), $3, sha256(($1::text || n)::bytea), 4000000, now()
from generate_series(1, $2::integer) n returning id
"""
_PHOTOS = """
insert into photos
    (id, batch_id, owner_id, blob_id, name, lane, state, seq, queued_at, published_at, finished_at,
     predictions, bird_probability, width, height)
select uuidv7(), $1, $4, blob, 'DCIM/100CANON/IMG_' || n || '.JPG', 'bulk', 'done', n, now(), now(), now(),
       $3::jsonb, 0.98, 6000, 4000
from unnest($2::uuid[]) with ordinality as t (blob, n)
"""
_PREDICTIONS = [
    {"species": "Northern Cardinal", "scientific_name": "Cardinalis cardinalis", "probability": 0.2}
] * 5


@dataclass(frozen=True)
class Growth:
    """`sizes`: photos of one owner in the ledger, `batches` more at each size; `photos` are sent and
    answered, paged, listed and exported, each `tries` times, of which the median counts."""

    sizes: Sequence[int] = (1_000, 100_000, 1_000_000)
    batches: int = 100  # as many as a page lists, so that it costs the same but for the ledger's size
    photos: int = 1_000
    tries: int = 3
    pages: int = 20  # and exports, so that the kernel's clock ticks of 10 ms tell something
    lists: int = 200


async def measure() -> list[Row]:
    with System("null").running() as stack:
        return await measured(Growth(), stack)


async def measured(of: Growth, stack: Stack) -> list[Row]:
    costs: list[dict[str, float]] = []
    statements: list[dict[str, Explained]] = []
    async with (
        open_pool(stack["postgres_url"], 1, FILLING_S) as pool,
        pool.acquire() as ledger,
        BirdsClient(stack["url"], stack["key"]) as client,
    ):
        await load.run_batch(client, written(make_photos(of.photos)))  # connections and caches
        owner = await ledger.fetchval("select owner_id from batches order by id desc limit 1")
        there = 0
        for size in of.sizes:
            await _fill(ledger, owner, size - there, of.batches)
            there = size
            costs.append(await _Costs(of, client, stack).measured(size))
            statements.append(await hot_statements(ledger, owner, EXPLAINED))
    return [*_cost_rows(of, costs), *_statement_rows(of, statements)]


def _cost_rows(of: Growth, costs: Sequence[dict[str, float]]) -> list[Row]:
    return [
        Row("G", f"{what}, {size:,} photos in the ledger", of_size[what], "ms", MOST_GROWTH * first)
        for what, first in costs[0].items()
        for size, of_size in zip(of.sizes, costs, strict=True)
    ]


def _statement_rows(of: Growth, statements: Sequence[dict[str, Explained]]) -> list[Row]:
    """A block is touched more for each level that an index grows by."""
    return [
        Row("G", f"{name}, {size:,} photos in the ledger{_told(of_size[name])}",
            of_size[name].blocks / EXPLAINED, "blocks a photo", first.blocks / EXPLAINED, "in the small one")
        for name, first in statements[0].items()
        for size, of_size in zip(of.sizes, statements, strict=True)
    ]  # fmt: skip


def _told(found: Explained) -> str:
    return f", reads all of {' and '.join(sorted(found.whole))}" if found.whole else ""


async def _fill(ledger: Connection, owner: Any, photos: int, batches: int) -> None:
    a_batch = photos // batches
    for batch in await ledger.fetch(_BATCHES, batches, a_batch, owner):
        blobs = await ledger.fetch(_BLOBS, f"{batch['id']}/", a_batch, owner)
        await ledger.execute(_PHOTOS, batch["id"], [blob["id"] for blob in blobs], _PREDICTIONS, owner)
    await ledger.execute("vacuum analyze")
    await ledger.execute("checkpoint")  # what filling leaves to be written is no cost of what comes


class _Costs:
    """Milliseconds of processor time, of api and Postgres together."""

    def __init__(self, of: Growth, client: BirdsClient, stack: Stack) -> None:
        self._of = of
        self._client = client
        self._servers = {name: stack["processes"][name] for name in SERVERS}

    async def measured(self, size: int) -> dict[str, float]:
        client, photos = self._client, self._of.photos
        sent = []
        for number in range(self._of.tries):
            files = written([(f"{size}-{number}-{name}", data + f"{size}/{number}".encode())
                             for name, data in make_photos(photos)])  # fmt: skip
            sent.append(await self._ms(1, partial(load.run_batch, client, files)) / photos)
        batch_id = (await anext(client.batches()))["id"]
        pages, lists = self._of.pages, self._of.lists
        page = partial(client.result_page, batch_id, limit=photos)
        return {
            "a photo sent and answered": statistics.median(sent),
            f"a page of {photos} answers": await self._median_ms(pages, page),
            "a page of batches": await self._median_ms(lists, lambda: anext(client.batches())),
            f"an export of {photos} photos": await self._median_ms(
                pages, lambda: _exported(client, batch_id)
            ),
        }

    async def _median_ms(self, times: int, call: Callable[[], Awaitable[Any]]) -> float:
        return statistics.median([await self._ms(times, call) for _ in range(self._of.tries)])

    async def _ms(self, times: int, call: Callable[[], Awaitable[Any]]) -> float:
        """Of one call, of so many."""
        before = look(self._servers)
        for _ in range(times):
            await call()
        return 1000 * sum(look(self._servers).since(before).values()) / times


async def _exported(client: BirdsClient, batch_id: str) -> None:
    async for _ in client.export(batch_id):
        pass
