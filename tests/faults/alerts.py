"""`scripts/alerts`: the alerts of deploy/monitoring, tried by Prometheus itself.

First `promtool` tests each rule against written series. Then a real Prometheus scrapes a running system whose
worker is stopped while photos wait, and whose ledger is held by a lock; every duration of the rules is a
twentieth there. Exits with 1 where an alert does not fire, or fires without a reason.
"""

import asyncio
import re
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import asyncpg

from scripts.embedded.servers.choice import Servers, running_servers
from scripts.throwaway import ROOT
from tests.support.http import Http, signed_in
from tests.support.pictures import photos
from tests.support.processes import System, free_port, system
from tests.support.stack import Stack, make_template, private_stack

FOLDER = ROOT / "var" / "alerts"
RULES = ROOT / "deploy" / "monitoring"
FASTER = 20
PATIENCE_S = 120.0
HELD_S = 1.5  # a lock on the ledger: a statement that waits for it is slow
STUCK = frozenset(("BacklogIsOld", "NothingIsAnswered"))
SLOW = frozenset(("LedgerIsSlow",))


def sooner(rules: str) -> str:
    """The same rules, with every duration and every age of a backlog a twentieth."""
    rules = re.sub(r"\b(\d+)m\b", lambda found: f"{int(found[1]) * 60 // FASTER}s", rules)
    return re.sub(
        r"(birds_backlog_age_seconds.*> )(\d+)", lambda found: f"{found[1]}{int(found[2]) // FASTER}", rules
    )


@asynccontextmanager
async def prometheus(running: System) -> AsyncIterator[str]:
    """Scrapes api and worker; yields its address."""
    (FOLDER / "alerts.yml").write_text(sooner((RULES / "alerts.yml").read_text()))
    targets = ", ".join(f'"127.0.0.1:{one.port}"' for one in (*running.apis, *running.workers))
    (FOLDER / "prometheus.yml").write_text(
        "global: { scrape_interval: 1s, evaluation_interval: 1s }\nrule_files: [alerts.yml]\n"
        f"scrape_configs: [{{ job_name: birds, static_configs: [{{ targets: [{targets}] }}] }}]\n"
    )
    address = f"127.0.0.1:{free_port()}"
    with (FOLDER / "prometheus.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            "prometheus",
            f"--config.file={FOLDER / 'prometheus.yml'}",
            f"--storage.tsdb.path={FOLDER / 'data'}",
            f"--web.listen-address={address}",
            stdout=log,
            stderr=log,
        )
    try:
        yield f"http://{address}"
    finally:
        process.terminate()
        await process.wait()


async def firing(address: str) -> set[str]:
    try:
        async with aiohttp.ClientSession() as session, session.get(f"{address}/api/v1/alerts") as answer:
            told = (await answer.json())["data"]["alerts"]
    except aiohttp.ClientError:
        return set()  # it is starting
    return {one["labels"]["alertname"] for one in told if one["state"] == "firing"}


async def until(address: str, wanted: frozenset[str], reason: str) -> None:
    """All of these fire, or none of any where none is wanted."""
    began = time.monotonic()
    while (found := await firing(address)) != wanted and not (wanted and wanted <= found):
        if time.monotonic() - began > PATIENCE_S:
            raise SystemExit(f"{reason}: firing {sorted(found)}, wanted {sorted(wanted)}")
        await asyncio.sleep(0.5)
    print(f"{reason}: firing {sorted(found)} after {time.monotonic() - began:.0f} s", flush=True)


async def hold(stack: Stack, http: Http) -> None:
    """A batch's row is locked over and over, and whoever closes the batch waits for it."""
    batch = await http.batch()
    other = await asyncpg.connect(stack.postgres_url)
    try:
        while True:
            async with other.transaction():
                await other.execute("select id from batches where id = $1 for update", batch)
                closing = asyncio.create_task(http.close(batch))
                await asyncio.sleep(HELD_S)
            await closing
    finally:
        await other.close()


async def measure(stack: Stack, running: System) -> None:
    key = await running.key("alice")
    async with signed_in(running.url, key) as http, prometheus(running) as address:
        batch = await http.batch()
        await http.send(batch, photos(20))
        await http.close(batch)
        await http.finished(batch)
        await asyncio.sleep(PATIENCE_S / FASTER)
        await until(address, frozenset(), "all is well")
        running.workers[0].send(signal.SIGSTOP)
        batch = await http.batch(lane="interactive")
        await http.send(batch, photos(5, start=20))
        await until(address, STUCK, "the worker is stopped and photos wait")
        running.workers[0].send(signal.SIGCONT)
        await until(address, frozenset(), "it goes on")
        holding = asyncio.create_task(hold(stack, http))
        await until(address, SLOW, "the ledger is held by a lock")
        holding.cancel()


async def run(servers: Servers) -> None:
    async with (
        private_stack(servers) as stack,
        system(stack, FOLDER, workers=1, BIRDS_ENGINE="null") as running,
    ):
        await measure(stack, running)


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    subprocess.run(["promtool", "check", "rules", RULES / "alerts.yml"], check=True)
    subprocess.run(["promtool", "test", "rules", RULES / "alerts.test.yml"], check=True)
    with running_servers(FOLDER / "servers") as servers:
        asyncio.run(make_template(servers))
        asyncio.run(run(servers))


if __name__ == "__main__":
    main()
