"""Processes that look at photos of strangers for the api, shared among owners by turns."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from api.turns import Turns
from shared.errors import BirdsError, Code
from shared.photo.sandbox.process import SandboxDied, SandboxProcess
from shared.records import OwnerId


class Sandboxes:
    """`count` processes for one task, each of another owner; they start when they are needed.

    Close it at the end.
    """

    def __init__(
        self, task: str, count: int, *, timeout_s: float, niceness: int = 0, **arguments: Any
    ) -> None:
        """`task` as `module:name`; its `arguments` are the same for every photo."""
        self._task = task
        self._niceness = niceness
        self._timeout_s = timeout_s
        self._arguments = json.dumps(arguments).encode()
        self._turns = Turns(count, each=1)
        self._idle: list[SandboxProcess] = []

    @property
    def pids(self) -> list[int]:
        """Of those that wait for a photo."""
        return [sandbox.pid for sandbox in self._idle]

    @asynccontextmanager
    async def one(self, owner: OwnerId) -> AsyncIterator["Sandbox"]:
        """In the owner's turn. Raises `unavailable`."""
        async with self._turns.one(owner):
            process = await self._live()
            try:
                yield Sandbox(process, self._arguments, self._timeout_s)
            finally:
                if process.usable:
                    self._idle.append(process)
                else:
                    await asyncio.shield(process.stop())

    async def close(self) -> None:
        idle, self._idle = self._idle, []
        await asyncio.gather(*(process.stop() for process in idle))

    async def _live(self) -> SandboxProcess:
        while self._idle:
            process = self._idle.pop()
            if process.usable:
                return process
            await asyncio.shield(process.stop())  # it was killed from outside, and no photo is to blame
        return await self._start()

    async def _start(self) -> SandboxProcess:
        try:
            return await SandboxProcess.start(self._task, self._timeout_s, self._niceness)
        except SandboxDied as error:
            raise BirdsError(
                Code.UNAVAILABLE, "No process can be started to look at it; try again."
            ) from error


class Sandbox:
    """One process for one photo."""

    def __init__(self, process: SandboxProcess, arguments: bytes, timeout_s: float) -> None:
        self._process = process
        self._arguments = arguments
        self._timeout_s = timeout_s

    async def run(self, data: bytes, at_most: int = 0) -> bytes:
        """What the task makes of a photo, `at_most` bytes. Raises what the task raises, `decode-timeout`,
        `worker-crashed`."""
        try:
            _, made = await self._process.run(data, self._arguments, at_most=at_most)
        except TimeoutError:
            detail = f"Decoding took more than {self._timeout_s:g} s."
            raise BirdsError(Code.DECODE_TIMEOUT, detail) from None
        except SandboxDied:
            raise BirdsError(Code.WORKER_CRASHED, "Decoding this photo crashed its process.") from None
        return bytes(made)
