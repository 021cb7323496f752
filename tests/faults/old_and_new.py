"""`scripts/old-and-new`: processes of an earlier commit beside ours, on one ledger that ours has migrated.

An old api and an old worker are running when a new api starts and migrates. Photos are then sent to the new
api while the old worker answers, to both while both do, and to the old api while the new worker does; what
became of them is checked from outside. At last the old worker, started anew, must refuse the newer ledger.
Exits with 1 where anything is amiss.
"""

import argparse
import asyncio
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import asyncpg

from scripts.embedded.servers.choice import Servers, running_servers
from scripts.throwaway import ROOT
from shared.ledger.database import open_pool
from shared.ledger.keys import EVERYDAY, create_key
from shared.ledger.upkeep import miscounted_batches
from tests.support.http import signed_in
from tests.support.pictures import photos
from tests.support.processes import Running, start
from tests.support.stack import Stack, make_template, private_stack

FOLDER = ROOT / "var" / "old-and-new"
MIGRATIONS = "shared/ledger/migrations"
TOGETHER = 50  # photos in a request
PATIENCE_S = 120.0
REFUSED = "newer than this version"
ENVIRONMENT = {"BIRDS_ENGINE": "null", "BIRDS_MODEL_CACHE": str(ROOT / "var" / "models")}


def git(*arguments: str) -> str:
    said = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return said.stdout.strip()


def before_the_last_migration() -> str:
    return git("log", "-1", "--diff-filter=A", "--format=%H~1", "--", MIGRATIONS)


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """In a folder of its own, run by this checkout's environment."""
    folder = FOLDER / "before"
    git("worktree", "add", "--force", "--detach", str(folder), commit)
    try:
        yield folder
    finally:
        git("worktree", "remove", "--force", str(folder))


class Versions:
    """Processes of both, on one stack."""

    def __init__(self, stack: Stack, before: Path, started: AsyncExitStack) -> None:
        self._stack = stack
        self._roots = {"old": before, "new": ROOT}
        self._started = started

    def begin(self, version: str, module: str) -> Running:
        log = FOLDER / f"{version}-{module}.log"
        running = start(module, self._stack, log, ENVIRONMENT, self._roots[version])
        self._started.push_async_callback(running.stop)
        return running

    async def run(self, version: str, module: str) -> Running:
        running = self.begin(version, module)
        await running.ready()
        return running


async def send(api: Running, key: str, name: str, sent: Sequence[tuple[str, bytes]]) -> str:
    """All of them, answered without gaps. Returns the batch."""
    async with signed_in(api.url, key) as http, asyncio.timeout(PATIENCE_S):
        batch = await http.batch()
        for first in range(0, len(sent), TOGETHER):
            await http.send(batch, sent[first : first + TOGETHER])
        await http.close(batch)
        results = await http.finished(batch)
    told = [one["seq"] for one in results], {one["state"] for one in results}
    if told != (list(range(1, len(sent) + 1)), {"done"}):
        raise SystemExit(f"{name}: {len(sent)} photos were sent, {len(results)} answered, {told[1]}")
    print(f"{name}: {len(sent)} photos, all answered", flush=True)
    return batch


async def measure(servers: Servers, before: Path, number: int) -> None:
    async with private_stack(servers) as stack, AsyncExitStack() as started:
        await empty(stack.postgres_url)
        both = Versions(stack, before, started)
        old_api = await both.run("old", "api")
        old_worker = await both.run("old", "worker")
        new_api = await both.run("new", "api")  # and the ledger is of the new version
        async with open_pool(stack.postgres_url, 1) as pool:
            key = (await create_key(pool, "alice", EVERYDAY)).secret
        mine = iter(photos(4 * number))

        def some() -> list[tuple[str, bytes]]:
            return [next(mine) for _ in range(number)]

        await send(new_api, key, "new api, old worker", some())
        new_worker = await both.run("new", "worker")
        await asyncio.gather(
            send(old_api, key, "old api, both workers", some()),
            send(new_api, key, "new api, both workers", some()),
        )
        await old_worker.stop()
        await send(old_api, key, "old api, new worker", some())
        async with open_pool(stack.postgres_url, 1) as pool:
            if wrong := await miscounted_batches(pool):
                raise SystemExit(f"{len(wrong)} batches are miscounted")
            rows = await pool.fetchrow(
                "select count(*) as photos, count(*) filter (where state = 'done') as done from photos"
            )
        print(f"in the ledger: {rows['photos']} photos, {rows['done']} done, no batch miscounted")
        await new_worker.stop()
        again = both.begin("old", "worker")
        await asyncio.to_thread(again.process.wait, PATIENCE_S)
        if REFUSED not in again.log.read_text():
            raise SystemExit("an old worker starts on a newer ledger")
        print("an old worker that starts now refuses the newer ledger")


async def empty(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    try:
        await connection.execute("drop schema public cascade; create schema public")
    finally:
        await connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="scripts/old-and-new", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--before", metavar="COMMIT", help="else the one before the last migration")
    parser.add_argument("--photos", type=int, default=200, help="sent each time")
    given = parser.parse_args()
    shutil.rmtree(FOLDER, ignore_errors=True)
    git("worktree", "prune")
    FOLDER.mkdir(parents=True)
    commit = given.before or before_the_last_migration()
    print(f"old: {git('log', '-1', '--format=%h %s', commit)}", flush=True)
    with checked_out(commit) as before, running_servers(FOLDER / "servers") as servers:
        asyncio.run(make_template(servers))
        asyncio.run(measure(servers, before, given.photos))


if __name__ == "__main__":
    main()
