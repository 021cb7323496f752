"""The processes of Birds itself, as parts of the stack."""

import sys
from collections.abc import Mapping, Sequence

import aiohttp

from scripts.embedded.child import Child, Command
from scripts.embedded.home import Home
from scripts.embedded.ports import LOOPBACK, free_ports

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
                return response.status == 200
        except aiohttp.ClientError:
            return False


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
