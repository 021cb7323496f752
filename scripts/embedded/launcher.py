"""Starts the whole system, watches over it, and stops all of it."""

import asyncio
import os
import time
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from scripts.embedded.application import api_process, prepare, worker_processes
from scripts.embedded.errors import reason
from scripts.embedded.folder import Home
from scripts.embedded.process.leftovers import write_record
from scripts.embedded.process.revival import keep_alive
from scripts.embedded.process.service import InTurn, Service, children, start_all, stop_all
from scripts.embedded.process.signals import StopRequest, StopRequestedError
from scripts.embedded.servers.choice import choose_servers
from scripts.embedded.stack import Stack, announce, describe, publish

T = TypeVar("T")

TRIM_S = 60.0  # between looks at how large the logs are


@dataclass(frozen=True, slots=True)
class StackOrder:
    """What the person asked for."""

    home: Home
    port: int
    workers: int


class Launcher:
    """One stack, from its start to its end; needs the folder's lock."""

    def __init__(self, order: StackOrder, environment: Mapping[str, str]) -> None:
        self._order = order
        self._environment = environment
        self._services: list[Service] = []  # the last one stops first
        self._kept: list[Service] = []  # that are started again when they end

    async def run(self) -> None:
        """Run until somebody asks to stop.

        Raises:
            StackError: a process failed, now or at its start; all others are stopped first.
        """
        home = self._order.home
        self._stop = StopRequest(hurry=self._abort)
        home.stack.unlink(missing_ok=True)
        write_record(home.launcher, os.getpid())
        try:
            stack = await self._start()
            publish(home, stack)
            announce(home, stack, "Ctrl-C stops all of it.")
            await self._watched(self._trim_logs(), self._kept)
        except StopRequestedError:
            print("\nstopping", flush=True)
        finally:
            home.stack.unlink(missing_ok=True)
            await stop_all(self._services)
            home.launcher.unlink(missing_ok=True)

    async def _start(self) -> Stack:
        home, port = self._order.home, self._order.port
        choice = choose_servers(home, self._environment)
        await self._start_together("Postgres and S3", choice.stores)
        key = await self._watched(prepare(home, choice.servers))
        environment = {**self._environment, **choice.servers.environment}
        if choice.stores or choice.broker:  # their data is ours to watch
            environment = {"BIRDS_DATA_FOLDER": str(home.data), **environment}
        api = api_process(home, port, environment)
        workers = worker_processes(home, self._order.workers, environment)
        # A worker takes as long as RabbitMQ to come to the point where it needs it; the api does not.
        await self._start_together("RabbitMQ, api and workers", [InTurn([*choice.broker, api]), *workers])
        self._kept = [api, *workers]
        prefix = self._environment.get("BIRDS_PATH_PREFIX", "")
        self._describe = partial(describe, choice.servers, port, prefix, key, self._services)
        return self._describe()

    async def _start_together(self, what: str, services: Sequence[Service]) -> None:
        began = time.monotonic()
        self._services += services
        await self._watched(start_all(services))
        if services:
            print(f"{what} ready after {time.monotonic() - began:.1f} s", flush=True)

    async def _trim_logs(self) -> None:
        while True:
            await asyncio.sleep(TRIM_S)
            for child in children(self._services):
                child.trim_log()

    def _publish(self) -> None:
        """A process that was started again is another one."""
        publish(self._order.home, self._describe())

    async def _watched(self, work: Coroutine[Any, Any, T], kept: Sequence[Service] = ()) -> T:
        """Await `work`, unless a child ends first or somebody asks to stop; those of `kept` start again.

        Raises:
            StackError, StopRequestedError: `work` is cancelled then.
        """
        reviving = children(kept)
        try:
            async with asyncio.TaskGroup() as group:
                watches = [
                    group.create_task(child.crashed())
                    for child in children(self._services)
                    if child not in reviving
                ]
                watches += [group.create_task(keep_alive(service, self._publish)) for service in kept]
                watches.append(group.create_task(self._stop.raised()))
                result = await work
                for watch in watches:
                    watch.cancel()
        except BaseExceptionGroup as errors:
            raise reason(errors) from None
        return result

    def _abort(self) -> None:
        for child in children(self._services):
            child.abort()
