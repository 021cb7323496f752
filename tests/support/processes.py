"""The real processes, started and stopped as an operator would."""

import asyncio
import itertools
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from scripts.embedded.servers.choice import Servers
from shared.ledger.database import open_pool
from shared.ledger.keys import EVERYDAY, create_key
from shared.records import Scope
from tests.support.stack import Stack, private_stack

ROOT = Path(__file__).parent.parent.parent
STOP_TIMEOUT_S = 40  # a worker drains for 25 s at most
START_TIMEOUT_S = 60  # a worker imports torch and warms a model, on two loaded cores


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Running:
    """One process of ours; its log is kept for the report of a failed test."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def send(self, number: signal.Signals) -> None:
        if self.process.poll() is None:
            self.process.send_signal(number)

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; returns the exit status."""
        self.send(number)
        return await asyncio.to_thread(self.process.wait, STOP_TIMEOUT_S)

    async def ready(self) -> None:
        """Wait until it serves; raises RuntimeError with its log if it does not."""
        last = "nothing"
        try:
            async with aiohttp.ClientSession() as session, asyncio.timeout(START_TIMEOUT_S):
                while self.process.poll() is None:
                    try:
                        async with session.get(f"{self.url}/readyz") as response:
                            if response.status == 200:
                                return
                            last = await response.text()
                    except aiohttp.ClientError:
                        pass  # not listening yet
                    await asyncio.sleep(0.05)
        except TimeoutError:
            pass  # told below, with what is known
        raise RuntimeError(
            f"{self.name} is not ready; it said {last}; its log:\n{self.log.read_text()[-4000:]}"
        )


def start(module: str, stack: Stack, log: Path, env: Mapping[str, str], root: Path = ROOT) -> Running:
    """Start `python -m <module>`, on a free port where `env` names none; `ready` waits until it serves.

    `root`: of the checkout whose code it runs.
    """
    port = int(env.get("BIRDS_API_PORT") or free_port())
    ports = {"BIRDS_API_HOST": "127.0.0.1", "BIRDS_API_PORT": port, "BIRDS_WORKER_METRICS_PORT": port}
    environment = {**os.environ, **stack.env, **{name: str(value) for name, value in ports.items()}, **env}
    with log.open("ab") as output:
        command = [sys.executable, "-m", module]
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=output, stderr=output)
    return Running(module, process, port, log)


@dataclass
class System:
    """Api replicas and workers on one stack."""

    stack: Stack
    logs: Path
    cleanup: AsyncExitStack
    env: Mapping[str, str] = field(default_factory=dict)
    apis: list[Running] = field(default_factory=list)
    workers: list[Running] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def url(self) -> str:
        return self.apis[0].url

    async def add_api(self, **env: str) -> Running:
        """One more, set as the others are but for `env`: it takes their duties, and does them likewise."""
        api = await self._add("api", {**self.env, **env})
        self.apis.append(api)
        return api

    async def add_worker(self, **env: str) -> Running:
        models = {"BIRDS_MODEL_CACHE": str(ROOT / "var" / "models")}
        # As a CPU takes them, whatever the engine: tests break things between the batches of a few photos.
        worker = await self._add("worker", {**models, "BIRDS_BATCH_SIZE": "8", **env})
        self.workers.append(worker)
        return worker

    async def restart_api(self) -> None:
        """The first api again, at the same address, after it was stopped."""
        port = str(self.apis[0].port)
        self.apis[0] = await self._add("api", {"BIRDS_API_PORT": port, **self.env})

    async def _add(self, module: str, env: Mapping[str, str]) -> Running:
        running = start(module, self.stack, self.logs / f"{module}-{next(self.numbers)}.log", env)
        self.cleanup.push_async_callback(running.stop, signal.SIGKILL)
        await running.ready()
        return running

    async def key(self, owner: str, *scopes: Scope) -> str:
        async with open_pool(self.stack.postgres_url, 2) as pool:
            return (await create_key(pool, owner, scopes or EVERYDAY)).secret


@asynccontextmanager
async def system(
    stack: Stack, logs: Path, *, apis: int = 1, workers: int = 1, **env: str
) -> AsyncIterator[System]:
    """A running system, ready to take photos; killed at the end whatever happened."""
    async with AsyncExitStack() as cleanup:
        running = System(stack, logs, cleanup, env)
        for _ in range(apis):
            await running.add_api(**env)
        await asyncio.gather(*(running.add_worker(**env) for _ in range(workers)))
        yield running


@contextmanager
def shared_system(servers: Servers, logs: Path, **env: str) -> Iterator[System]:
    """A system with a stack of its own, for tests of many event loops: it runs in one that outlives them."""
    with asyncio.Runner() as runner:

        async def enter() -> tuple[AsyncExitStack, System]:
            cleanup = AsyncExitStack()
            stack = await cleanup.enter_async_context(private_stack(servers))
            return cleanup, await cleanup.enter_async_context(system(stack, logs, **env))

        cleanup, running = runner.run(enter())
        try:
            yield running
        finally:
            runner.run(cleanup.aclose())
