"""How long a ledger of the version before takes to be migrated: `scripts/migration [PHOTOS]`.

Its photos are answered ones, of which nothing was kept that could be told anew; they stay as they are.
"""

import argparse
import asyncio
import time
from pathlib import Path
from typing import Final

from scripts.checks.bare_postgres import bare_postgres
from scripts.throwaway import ROOT
from shared.ledger import migrate as ledger
from shared.ledger.database import Pool, open_pool
from shared.ledger.migrate import migrate

BEFORE: Final = "0015_model_engines"
"""The last migration of the version before."""
A_BATCH: Final = 10_000
STATEMENT_S: Final = 3600.0
_SAID: Final = [
    {"species": "Mallard", "scientific_name": "Anas platyrhynchos", "probability": 0.7},
    {"species": "Blue Jay", "scientific_name": "Cyanocitta cristata", "probability": 0.2},
]
_OWNER: Final = """
insert into owners (id, name) values (gen_random_uuid(), 'measured') returning id
"""
_BATCH: Final = """
insert into batches
    (id, owner_id, name, lane, top_k, listed, accepted, done, last_seq, closed_at, finished_at)
values (gen_random_uuid(), $1, 'filled', 'bulk', 5, true, $2::integer, $2::integer, $2::integer, now(), now())
returning id
"""
_PHOTOS: Final = """
with new as (
    insert into blobs (id, owner_id, sha256, size, stored_at)
    select gen_random_uuid(), $1, sha256(($2::uuid::text || n)::bytea), 4000000, now()
    from generate_series(1, $3) n
    returning id
)
insert into photos
    (id, batch_id, blob_id, owner_id, name, lane, state, seq, queued_at, published_at, finished_at,
     predictions, bird_probability, width, height, corrected_species, corrected_at)
select gen_random_uuid(), $2, id, $1, 'DCIM/100CANON/IMG_' || n || '.JPG', 'bulk', 'done', n, now(), now(),
       now(), $4::jsonb,
       case when n % 10 = 0 then 0.1 else 0.98 end, 6000, 4000,
       case when n % 20 = 0 then 'Great Tit' end, case when n % 20 = 0 then now() end
from (select id, row_number() over () as n from new) as numbered
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/migration", description=__doc__)
    parser.add_argument("photos", nargs="?", type=int, default=1_000_000)
    given = parser.parse_args()
    with bare_postgres(ROOT / "var" / "migration") as url:
        seconds = asyncio.run(migrated_in(url, given.photos))
    for name, took in seconds.items():
        print(f"{name:<28}{took:8.1f} s")
    print(f"{given.photos:,} photos, {sum(seconds.values()):.1f} s")


async def migrated_in(url: str, photos: int) -> dict[str, float]:
    """Seconds of each migration since BEFORE, of an empty database that is filled first."""
    names = [path.stem for path in sorted(Path(ledger.__file__).with_name("migrations").glob("*.sql"))]
    before = [name for name in names if name <= BEFORE]
    await migrate(url, before)
    async with open_pool(url, 1, STATEMENT_S) as pool:
        await _fill(pool, photos)
    seconds = {}
    for name in names[len(before) :]:
        began = time.perf_counter()
        await migrate(url, [name])
        seconds[name] = time.perf_counter() - began
    return seconds


async def _fill(pool: Pool, photos: int) -> None:
    """Every tenth shows no bird, and every twentieth was corrected."""
    owner = await pool.fetchval(_OWNER)
    for start in range(0, photos, A_BATCH):
        count = min(A_BATCH, photos - start)
        batch = await pool.fetchval(_BATCH, owner, count)
        await pool.execute(_PHOTOS, owner, batch, count, _SAID)
    await pool.execute("vacuum analyze")


if __name__ == "__main__":
    main()
