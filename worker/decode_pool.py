"""A small pool of decode processes, one photo at a time in each.

So a crash is the fault of exactly one photo, and a stuck decoder can be killed without touching another.
"""

import asyncio
import heapq
import itertools
import logging
import math
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from shared.errors import BirdsError, Code
from shared.photo.box import Box
from shared.photo.facts import PhotoFacts
from shared.photo.sandbox.process import SandboxDied, SandboxProcess
from shared.vision.preprocess import Preprocessing
from worker.decode_task import PREPARE, arguments_of, facts_of

INTERACTIVE, BULK = 0, 1
_RETRY = -1  # its batch has waited for it once already

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DecodedPhoto:
    pixels: NDArray[np.uint8]
    """(size, size, 3), ready for the engine of the model that it was prepared for."""
    facts: PhotoFacts


class DecodePool:
    """Use as `async with`; any number of tasks may call `decode`: they wait by priority, then in turn."""

    def __init__(self, processes: int, *, max_pixels: int, timeout_s: float, task: str = PREPARE) -> None:
        """`timeout_s` is for one photo, waiting not counted; `task` is for a sandbox, as `module:name`."""
        self._processes = processes
        self._max_pixels = max_pixels
        self._timeout_s = timeout_s
        self._task = task
        self._idle: list[SandboxProcess] = []
        self._busy: set[SandboxProcess] = set()
        self._waiting: list[tuple[int, int, asyncio.Future[SandboxProcess]]] = []
        self._order = itertools.count()
        self._restarts: set[asyncio.Task[Any]] = set()
        self._endings: set[asyncio.Task[Any]] = set()
        self._failure: SandboxDied | None = None
        self._closing = False

    async def __aenter__(self) -> Self:
        started = await asyncio.gather(
            *(self._start() for _ in range(self._processes)), return_exceptions=True
        )
        self._idle = [sandbox for sandbox in started if isinstance(sandbox, SandboxProcess)]
        for failure in started:
            if isinstance(failure, BaseException):
                await self.close()
                raise failure
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def pids(self) -> tuple[int, ...]:
        return tuple(sandbox.pid for sandbox in (*self._idle, *self._busy))

    @property
    def busy(self) -> int:
        """Processes that are decoding."""
        return len(self._busy)

    @property
    def is_short(self) -> bool:
        """Whether photos wait for a process."""
        return bool(self._waiting)

    async def resize(self, processes: int) -> None:
        """Have so many; those that are too many end with the photos that they are decoding."""
        self._processes = processes
        while self._idle and self._are_too_many():
            await self._idle.pop().stop()
        while self._count() < self._processes and not self._closing:
            try:
                fresh = await self._start()
            except SandboxDied as failure:
                logger.warning("no further decode process can be started: %s", failure)
                return
            if self._closing:
                await fresh.stop()
            else:
                self._offer(fresh)

    def _are_too_many(self) -> bool:
        return self._count() > self._processes

    def _count(self) -> int:
        return len(self._idle) + len(self._busy) + len(self._restarts)

    async def decode(
        self, data: bytes, preprocessing: Preprocessing, priority: int = BULK, box: Box | None = None
    ) -> DecodedPhoto:
        """Prepare one photo for a model, or with `box` that part of it.

        Raises BirdsError: what `shared.photo.decode` finds wrong with it, decode-timeout, or worker-crashed
        when it killed two processes. SandboxDied means that no process can be started any more.
        """
        arguments = arguments_of(preprocessing, self._max_pixels, box)
        shape = (preprocessing.size, preprocessing.size, 3)
        for turn in (priority, _RETRY):  # the first death may have been the machine's, out of memory say
            try:
                async with self._sandbox(turn) as sandbox:
                    facts, pixels = await sandbox.run(data, arguments, at_most=math.prod(shape))
            except TimeoutError:
                detail = f"Decoding took more than {self._timeout_s:g} s."
                raise BirdsError(Code.DECODE_TIMEOUT, detail) from None
            except SandboxDied:
                if self._failure is not None:
                    raise
                logger.warning("a decode process died on a photo of %d bytes", len(data))
                continue
            return DecodedPhoto(np.frombuffer(pixels, np.uint8).reshape(shape), facts_of(facts))
        raise BirdsError(Code.WORKER_CRASHED, "Decoding this photo crashed its process, twice.")

    async def close(self) -> None:
        """Stop every process; photos that are waiting or being decoded fail with SandboxDied."""
        self._closing = True
        self._fail(SandboxDied("the decode pool is closed"))
        for sandbox in self._busy:
            sandbox.give_up()
        sandboxes, self._idle = [*self._idle, *self._busy], []
        await asyncio.gather(*(sandbox.stop() for sandbox in sandboxes), *self._restarts, *self._endings)

    @asynccontextmanager
    async def _sandbox(self, priority: int) -> AsyncIterator[SandboxProcess]:
        sandbox = await self._take(priority)
        try:
            yield sandbox
        finally:
            self._give_back(sandbox)

    async def _take(self, priority: int) -> SandboxProcess:
        if self._failure is not None:
            raise self._failure
        while self._idle:  # then nobody waits
            sandbox = self._idle.pop()
            if sandbox.usable:
                self._busy.add(sandbox)
                return sandbox
            self._replace_soon(sandbox)  # it was killed from outside, and no photo is to blame
        turn: asyncio.Future[SandboxProcess] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (priority, next(self._order), turn))
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._give_back(turn.result())  # handed over in the moment of the cancellation
            raise

    def _give_back(self, sandbox: SandboxProcess) -> None:
        if self._closing:
            self._busy.discard(sandbox)
            return
        is_surplus = self._are_too_many()
        self._busy.discard(sandbox)
        if is_surplus:
            self._in_background(self._endings, sandbox.stop(), f"end decode process {sandbox.pid}")
        elif sandbox.usable:
            self._offer(sandbox)
        else:
            self._replace_soon(sandbox)

    def _in_background(
        self, tasks: set[asyncio.Task[Any]], work: Coroutine[Any, Any, Any], name: str
    ) -> None:
        task = asyncio.create_task(work, name=name)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    def _offer(self, sandbox: SandboxProcess) -> None:
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():  # done: its task was cancelled while it waited
                self._busy.add(sandbox)
                turn.set_result(sandbox)
                return
        self._idle.append(sandbox)

    def _replace_soon(self, sandbox: SandboxProcess) -> None:
        self._in_background(self._restarts, self._replace(sandbox), f"replace decode process {sandbox.pid}")

    async def _replace(self, sandbox: SandboxProcess) -> None:
        await sandbox.stop()
        try:
            fresh = await self._start()
        except SandboxDied as failure:
            logger.error("no decode process can be started: %s", failure)
            self._fail(failure)
            return
        if self._closing:
            await fresh.stop()
        else:
            self._offer(fresh)

    def _fail(self, failure: SandboxDied) -> None:
        """From now on every photo is told so: the worker must stop rather than fail them one by one."""
        self._failure = failure
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_exception(failure)

    async def _start(self) -> SandboxProcess:
        return await SandboxProcess.start(self._task, self._timeout_s)
