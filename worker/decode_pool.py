"""A small pool of decode processes, one photo at a time in each.

So a crash is the fault of exactly one photo, and a stuck decoder can be killed without touching another.
"""

import asyncio
import heapq
import itertools
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from shared.errors import BirdsError, Code
from shared.photo.box import Box
from shared.photo.facts import PhotoFacts
from shared.vision.preprocess import Preprocessing
from worker.decoding import wire
from worker.decoding.child import ChildDied, DecodeChild, Reply

INTERACTIVE, BULK = 0, 1
_RETRY = -1  # its batch has waited for it once already
PREPARE = "worker.decoding.prepare:prepare"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DecodedPhoto:
    pixels: NDArray[np.uint8]
    """(size, size, 3), ready for the engine of the model that it was prepared for."""
    facts: PhotoFacts


class DecodePool:
    """Use as `async with`; any number of tasks may call `decode`: they wait by priority, then in turn."""

    def __init__(self, processes: int, *, max_pixels: int, timeout_s: float, prepare: str = PREPARE) -> None:
        """`timeout_s` is for one photo, waiting not counted; `prepare` is a function as `module:name`."""
        self._processes = processes
        self._max_pixels = max_pixels
        self._timeout_s = timeout_s
        self._prepare = prepare
        self._idle: list[DecodeChild] = []
        self._busy: set[DecodeChild] = set()
        self._waiting: list[tuple[int, int, asyncio.Future[DecodeChild]]] = []
        self._order = itertools.count()
        self._restarts: set[asyncio.Task[None]] = set()
        self._failure: ChildDied | None = None
        self._closing = False

    async def __aenter__(self) -> Self:
        started = await asyncio.gather(
            *(self._start() for _ in range(self._processes)), return_exceptions=True
        )
        self._idle = [child for child in started if isinstance(child, DecodeChild)]
        for failure in started:
            if isinstance(failure, BaseException):
                await self.close()
                raise failure
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def pids(self) -> tuple[int, ...]:
        return tuple(child.pid for child in (*self._idle, *self._busy))

    async def decode(
        self, data: bytes, preprocessing: Preprocessing, priority: int = BULK, box: Box | None = None
    ) -> DecodedPhoto:
        """Prepare one photo for a model, or with `box` that part of it.

        Raises BirdsError: what `shared.photo.decode` finds wrong with it, decode-timeout, or worker-crashed
        when it killed two processes. ChildDied means that no process can be started any more.
        """
        head = wire.request_head(preprocessing, self._max_pixels, box)
        prefix = wire.LENGTHS.pack(len(head), len(data)) + head
        pixel_bytes = preprocessing.size * preprocessing.size * 3
        for turn in (priority, _RETRY):  # the first death may have been the machine's, out of memory say
            try:
                async with self._child(turn) as child:
                    reply = await child.exchange(Reply(pixel_bytes), prefix, data, timeout_s=self._timeout_s)
            except TimeoutError:
                detail = f"Decoding took more than {self._timeout_s:g} s."
                raise BirdsError(Code.DECODE_TIMEOUT, detail) from None
            except ChildDied:
                if self._failure is not None:
                    raise
                logger.warning("a decode process died on a photo of %d bytes", len(data))
                continue
            facts_head, pixels = reply.parts()
            facts = wire.parse_reply_head(facts_head)
            return DecodedPhoto(pixels.reshape(preprocessing.size, preprocessing.size, 3), facts)
        raise BirdsError(Code.WORKER_CRASHED, "Decoding this photo crashed its process, twice.")

    async def close(self) -> None:
        """Stop every process; photos that are waiting or being decoded fail with ChildDied."""
        self._closing = True
        self._fail(ChildDied("the decode pool is closed"))
        for child in self._busy:
            child.usable = False
        children, self._idle = [*self._idle, *self._busy], []
        await asyncio.gather(*(child.stop() for child in children), *self._restarts)

    @asynccontextmanager
    async def _child(self, priority: int) -> AsyncIterator[DecodeChild]:
        child = await self._take(priority)
        try:
            yield child
        finally:
            self._give_back(child)

    async def _take(self, priority: int) -> DecodeChild:
        if self._failure is not None:
            raise self._failure
        if self._idle:  # then nobody waits
            child = self._idle.pop()
            self._busy.add(child)
            return child
        turn: asyncio.Future[DecodeChild] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (priority, next(self._order), turn))
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._give_back(turn.result())  # handed over in the moment of the cancellation
            raise

    def _give_back(self, child: DecodeChild) -> None:
        self._busy.discard(child)
        if self._closing:
            return
        if child.usable:
            self._offer(child)
        else:
            restart = asyncio.create_task(self._replace(child), name=f"replace decode process {child.pid}")
            self._restarts.add(restart)
            restart.add_done_callback(self._restarts.discard)

    def _offer(self, child: DecodeChild) -> None:
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():  # done: its task was cancelled while it waited
                self._busy.add(child)
                turn.set_result(child)
                return
        self._idle.append(child)

    async def _replace(self, child: DecodeChild) -> None:
        await child.stop()
        try:
            fresh = await self._start()
        except ChildDied as failure:
            logger.error("no decode process can be started: %s", failure)
            self._fail(failure)
            return
        if self._closing:
            await fresh.stop()
        else:
            self._offer(fresh)

    def _fail(self, failure: ChildDied) -> None:
        """From now on every photo is told so: the worker must stop rather than fail them one by one."""
        self._failure = failure
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_exception(failure)

    async def _start(self) -> DecodeChild:
        return await DecodeChild.start(self._prepare, self._timeout_s)
