"""Birds itself, on servers that run: schema, bucket and first key, then its processes."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import aiohttp

from scripts.embedded.errors import USAGE, StackError
from scripts.embedded.folder import Home, write_private
from scripts.embedded.ports import LOOPBACK, free_ports
from scripts.embedded.process.child import Child, Command
from scripts.embedded.servers.choice import Servers
from shared.errors import BirdsError
from shared.ledger.database import LedgerRefused, open_pool
from shared.ledger.keys import EVERYTHING, create_key, enter_key, find_access
from shared.ledger.migrate import migrate
from shared.objects import open_object_store

OWNER = "local"  # whose batches the page and the command of this machine see
CONNECTIONS = 1
API_READY_S = 60.0
WORKER_READY_S = 900.0  # it may have to fetch a model first
GRACE_S = 30.0  # to finish what is in hand; their own limits are a little shorter


class BirdsProcess:
    """An api or a worker, ready when its own `/readyz` says so."""

    def __init__(
        self, home: Home, name: str, module: str, port: int, environment: Mapping[str, str], ready_s: float
    ) -> None:
        self._port = port
        self._ready_s = ready_s
        # -P: the caller's folder, in which it runs, is not searched for modules.
        command = [sys.executable, "-P", "-m", module]
        self._process = Child(Command(name=name, argv=command, env=environment, grace_s=GRACE_S), home)
        self.children: Sequence[Child] = [self._process]

    async def start(self) -> None:
        await self._process.start()
        await self._process.wait_ready(self._is_ready, self._ready_s)

    async def stop(self) -> None:
        await self._process.stop()

    async def _is_ready(self) -> bool:
        url = f"http://{LOOPBACK}:{self._port}/readyz"
        try:
            async with aiohttp.ClientSession() as session, session.get(url) as response:
                return response.status == 200 or await _has_no_space(response)
        except aiohttp.ClientError:
            return False


async def _has_no_space(response: aiohttp.ClientResponse) -> bool:
    """Without room for photos it serves all the same: somebody has to be able to delete some."""
    return response.status == 503 and (await response.json(content_type=None)).get("code") == "no-space"


def api_process(home: Home, port: int, environment: Mapping[str, str]) -> BirdsProcess:
    """The api, on all addresses: the phone is on the network."""
    where = {"BIRDS_API_HOST": "0.0.0.0", "BIRDS_API_PORT": str(port)}
    return BirdsProcess(home, "api", "api", port, {**environment, **where}, API_READY_S)


def worker_processes(home: Home, count: int, environment: Mapping[str, str]) -> list[BirdsProcess]:
    """Workers, each with a port of its own for its health."""
    models = {"BIRDS_MODEL_CACHE": str(home.data / "models")}
    return [
        BirdsProcess(
            home,
            f"worker-{number}",
            "worker",
            port,
            {**models, **environment, "BIRDS_WORKER_METRICS_PORT": str(port)},
            WORKER_READY_S,
        )
        for number, port in enumerate(free_ports(count), start=1)
    ]


async def prepare(home: Home, servers: Servers) -> str:
    """Bring the schema up to date, make the bucket, and return this stack's key.

    Raises:
        StackError: a server that was named to us can't be used.
    """
    with _explained("object storage"):
        async with open_object_store(servers.object_store) as objects:
            await objects.ensure_bucket()
    with _explained("Postgres"):
        await migrate(servers.postgres_url)
        return await _local_key(home, servers.postgres_url)


async def _local_key(home: Home, postgres_url: str) -> str:
    """The key of the last start; a new one where there is none, or where this ledger does not know it."""
    async with open_pool(postgres_url, CONNECTIONS) as pool:
        kept = home.key.read_text().strip() if home.key.exists() else ""
        if kept and await find_access(pool, kept):
            await enter_key(pool, OWNER, kept, EVERYTHING)  # it may be older than scopes are
            return kept
        key = (await create_key(pool, OWNER, EVERYTHING)).secret
    write_private(home.key, key + "\n")
    return key


@contextmanager
def _explained(server: str) -> Iterator[None]:
    try:
        yield
    except (LedgerRefused, BirdsError) as error:
        raise StackError(f"{server} can't be used: {error}", USAGE) from error
