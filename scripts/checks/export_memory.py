"""`scripts/export-memory [PHOTOS] [FORMAT…]`: what each export of a large batch takes, of a real api.

Of the api's memory the most that it had more than before the first export; of time until the first byte, and
until the last. The photos are made in the ledger: bursts and a feeder's day that is one sighting, places,
failures, labels. There is no broker, which exports don't ask.
"""

import argparse
import asyncio
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import UUID

import aiohttp
import psutil

from scripts.checks.bare_postgres import bare_postgres
from scripts.embedded.folder import Home, load_secrets, locked
from scripts.embedded.ports import LOOPBACK, free_ports
from scripts.embedded.process.service import start_all, stop_all
from scripts.embedded.servers.s3 import BUCKET, REGION, EmbeddedS3
from scripts.throwaway import ROOT
from shared.ledger.database import Pool, open_pool
from shared.ledger.keys import create_key
from shared.ledger.migrate import migrate
from shared.ledger.models import register_model
from shared.vision.taxonomy import species

FORMATS: Final = (
    "csv", "jsonl", "megadetector", "label-studio", "coco-camera-traps",
    "ebird", "inaturalist", "camtrap-dp", "dwca", "parquet",
)  # fmt: skip
"""The one last that loads a library of 50 MB."""
ASKED_MB: Final = 200.0
A_PART: Final = 50_000
FILLING_S: Final = 600.0
STARTING_S: Final = 120
FOLDER: Final = ROOT / "var" / f"export-memory-{os.getpid()}"  # two may be measured at once
ENVIRONMENT: Final = {
    "BIRDS_AMQP_URL": f"amqp://{LOOPBACK}:9",
    "BIRDS_LOG_LEVEL": "error",
}
_BATCH: Final = """
insert into batches (id, owner_id, name, lane, top_k, listed, accepted, done, failed, last_seq, closed_at,
                     finished_at)
select gen_random_uuid(), id, 'a million', 'bulk', 5, true, $1::integer,
       $1::integer - $1::integer / 100, $1::integer / 100, $1::integer, now(), now()
from owners
returning id, owner_id
"""
_PHOTOS: Final = """
with new as (
    insert into blobs (id, owner_id, sha256, size, stored_at)
    select photo_id(n), $2, sha256(n::text::bytea), 4000000, now() from generate_series($3::int, $4::int) n
)
insert into photos
    (id, batch_id, owner_id, blob_id, name, lane, state, seq, queued_at, published_at, finished_at,
     predictions, bird_probability, width, height, taken_local, taken_offset_minutes, taken_from, latitude,
     longitude, model_id, error_code, error_detail, rolled_name, rolled_scientific_name, rolled_rank,
     rolled_probability, corrected_species, label_scientific_name, label_rank, corrected_at, label_by, box,
     sighting_id, frame)
select photo_id(n), $1, $2, photo_id(n), 'DCIM/' || n / 10000 || 'CANON/IMG_' || n || '.JPG', 'bulk',
       case when lost then 'failed' else 'done' end, n, now(), now(), now(),
       case when not lost then jsonb_build_array(
           jsonb_build_object('species', name, 'scientific_name', scientific, 'probability', 0.71),
           jsonb_build_object('species', 'Great Tit', 'scientific_name', 'Parus major', 'probability', 0.2))
       end,
       0.98, 6000, 4000, timestamp '2026-05-01' + n * interval '5 s', -300, 'DateTimeOriginal',
       case when n % 50 > 0 then 30 + (n / 1000) % 20 * 0.25 end,
       case when n % 50 > 0 then -100 + (n / 20000) % 20 * 0.25 end, (select id from models limit 1),
       case when lost then 'truncated-image' end, case when lost then 'It ends early.' end,
       case when n % 20 = 7 then 'Not a bird' else name end, case when n % 20 <> 7 then scientific end,
       case when n % 20 = 7 then 'not-a-bird' else 'species' end, 0.71,
       case when n % 10 = 3 then name end, case when n % 10 = 3 then scientific end,
       case when n % 10 = 3 then 'species' end, case when n % 10 = 3 then now() end,
       case when n % 10 = 3 then 'Ada' end,
       case when n % 2 = 0 then jsonb_build_object('x', 0.25, 'y', 0.25, 'width', 0.5, 'height', 0.5) end,
       photo_id(least(n - n % 4, $7::int)), case when n >= $7 then n - $7 else n % 4 end
from (
    select n, n % 100 = 99 as lost,
           ($5::text[])[n / 4 % $8 + 1] as name, ($6::text[])[n / 4 % $8 + 1] as scientific
    from generate_series($3::int, $4::int) n
) as counted
"""
_SIGHTINGS: Final = """
insert into sightings (id, batch_id, position, version, photos, disagreeing, best_photo_id, bird_probability,
                       rolled_name, rolled_scientific_name, rolled_rank, rolled_probability)
select sighting_id, $1, row_number() over (order by sighting_id) - 1, 1, count(*), 0, sighting_id, 0.98,
       min(rolled_name), min(rolled_scientific_name), 'species', 0.71
from photos where batch_id = $1 group by sighting_id
"""
_ID: Final = """
create function photo_id(n int) returns uuid immutable language sql as
$$ select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/export-memory", description=__doc__)
    parser.add_argument("photos", nargs="?", type=int, default=1_000_000)
    parser.add_argument("formats", nargs="*", metavar="format")
    given = parser.parse_args()
    with bare_postgres(FOLDER / "postgres") as url, _storage(FOLDER / "storage") as storage:
        missed = asyncio.run(_measure(url, storage, given.photos, given.formats or FORMATS))
    shutil.rmtree(FOLDER, ignore_errors=True)
    sys.exit(1 if missed else 0)


@contextmanager
def _storage(folder: Path) -> Iterator[dict[str, str]]:
    """An empty bucket, as settings name it."""
    shutil.rmtree(folder, ignore_errors=True)
    home = Home(folder.resolve())
    with locked(home.lock), asyncio.Runner() as runner:
        secrets = load_secrets(home)
        server = EmbeddedS3(home, secrets)
        (home.folder("s3") / BUCKET).mkdir()
        try:
            runner.run(start_all([server]))
            yield {
                "BIRDS_S3_ENDPOINT": server.url,
                "BIRDS_S3_ACCESS_KEY": secrets.s3_access_key,
                "BIRDS_S3_SECRET_KEY": secrets.s3_secret_key,
                "BIRDS_S3_REGION": REGION,
                "BIRDS_S3_BUCKET": BUCKET,
            }
        finally:
            runner.run(stop_all([server]))
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _api(postgres_url: str, storage: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """The process' id, and where it listens."""
    [port] = free_ports(1)
    where = {"BIRDS_API_HOST": LOOPBACK, "BIRDS_API_PORT": str(port), "BIRDS_POSTGRES_URL": postgres_url}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "api"], env={**os.environ, **ENVIRONMENT, **storage, **where}, cwd=ROOT
    )
    try:
        yield process.pid, f"http://{LOOPBACK}:{port}"
    finally:
        process.terminate()
        process.wait()


async def _measure(
    postgres_url: str, storage: Mapping[str, str], photos: int, formats: Sequence[str]
) -> bool:
    await migrate(postgres_url)
    async with open_pool(postgres_url, 1, FILLING_S) as pool:
        key = (await create_key(pool, "measured")).secret
        batch_id = await _fill(pool, photos)
    timeout = aiohttp.ClientTimeout(total=None)
    with _api(postgres_url, storage) as (api, url):
        async with aiohttp.ClientSession(
            url, headers={"Authorization": f"Bearer {key}"}, timeout=timeout
        ) as http:
            await _answers(http)
            most = await _exports(http, api, batch_id, photos, formats)
        await asyncio.to_thread(_command, url, key, batch_id)
    return most > ASKED_MB


async def _answers(http: aiohttp.ClientSession) -> None:
    for _ in range(STARTING_S):
        try:
            async with http.get("/healthz") as response:
                response.raise_for_status()
                return
        except aiohttp.ClientError:
            await asyncio.sleep(1)
    raise TimeoutError("the api does not answer")


async def _exports(
    http: aiohttp.ClientSession, api: int, batch_id: UUID, photos: int, formats: Sequence[str]
) -> float:
    """The most megabytes."""
    idle = _status_mb(api, "VmRSS")
    print(f"{photos:,} photos; the api has {idle:.0f} MB; {ASKED_MB:g} MB more are allowed", flush=True)
    most = 0.0
    for format in formats:
        _forget_peak(api)
        before = _processor_s(api)
        first, whole, size = await _export(http, f"/v1/batches/{batch_id}/export?format={format}")
        peak = _status_mb(api, "VmHWM") - idle
        most = max(most, peak)
        spent = _processor_s(api) - before
        print(f"{format:<18}{peak:7.0f} MB more, first byte {first:6.2f} s, last {whole:7.1f} s,"
              f" {spent:6.1f} s of a processor, {size / 1e6:8.1f} MB", flush=True)  # fmt: skip
    return most


async def _fill(pool: Pool, photos: int) -> UUID:
    named = [taxon for taxon in species() if taxon.english_name and " " in taxon.scientific_name][:500]
    names, scientific = [one.english_name for one in named], [one.scientific_name for one in named]
    await pool.execute(_ID)
    await register_model(pool, name="measured", version="1", digest="0" * 64, source="", bundle={})
    row = await pool.fetchrow(_BATCH, photos)
    assert row is not None
    feeder = photos - photos // 20  # from there on all is one sighting
    feeder -= feeder % 4
    for start in range(1, photos + 1, A_PART):
        last = min(start + A_PART - 1, photos)
        await pool.execute(
            _PHOTOS, row["id"], row["owner_id"], start, last, names, scientific, feeder, len(names)
        )
    await pool.execute(_SIGHTINGS, row["id"])
    await pool.execute("vacuum analyze")
    return UUID(str(row["id"]))


async def _export(http: aiohttp.ClientSession, path: str) -> tuple[float, float, int]:
    """Seconds until the first byte and the last one, and how many there were."""
    began, first, size = time.perf_counter(), None, 0
    async with http.get(path) as response:
        response.raise_for_status()
        async for block in response.content.iter_any():
            first = first or time.perf_counter() - began
            size += len(block)
    return first or 0.0, time.perf_counter() - began, size


def _command(url: str, key: str, batch_id: UUID) -> None:
    """What `birds export` takes that writes a file."""
    file = FOLDER / "export.jsonl"
    environment = {**os.environ, "BIRDS_URL": url, "BIRDS_KEY": key}
    birds = [str(ROOT / ".venv/bin/birds"), "export", str(batch_id), "--format", "jsonl", "-o", str(file)]
    process = subprocess.Popen(birds, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    size = file.stat().st_size
    file.unlink()
    print(f"birds export: {usage.ru_maxrss / 1e3:.0f} MB in all for {size / 1e6:.1f} MB, status {status}")


def _status_mb(pid: int, name: str) -> float:
    found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024 / 1e6


def _processor_s(pid: int) -> float:
    """What it has spent until now: on a busy machine that tells more than a clock."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def _forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # VmHWM begins anew


if __name__ == "__main__":
    main()
