"""The served end of a sandbox: starts the process, gives it photos, ends it."""

import asyncio
import os
import socket
import subprocess
import sys
from typing import Any, Self, cast

from shared.photo.sandbox import wire

_START_TIMEOUT_S = 60.0  # importing Pillow and numpy takes 0.3 s; a loaded machine may need far more
_STOP_GRACE_S = 2.0
_DECODING_BYTES = 4 * 1024**3
"""Address space beyond the imports' (RLIMIT_AS): a picture of 200 megapixels unpacks to 800 MB, and is there
up to four times while it is turned and converted."""


class SandboxDied(Exception):
    """The process ended, or could not be started."""


class _Reply:
    """One reply as it arrives, straight into the memory that the payload stays in."""

    def __init__(self, payload_bytes: int) -> None:
        self._buffer = memoryview(bytearray(wire.LENGTHS.size + wire.MAX_REPLY_HEAD + payload_bytes))
        self._filled = 0

    def room(self) -> memoryview:
        return self._buffer[self._filled :]

    def advance(self, count: int) -> bool:
        """True once the reply is complete."""
        self._filled += count
        if self._filled < wire.LENGTHS.size:
            return False
        return self._filled >= wire.LENGTHS.size + sum(self._lengths())

    def parts(self) -> tuple[bytes, memoryview]:
        """(head, payload); the payload is not copied."""
        head, payload = self._lengths()
        start = wire.LENGTHS.size
        return bytes(self._buffer[start : start + head]), self._buffer[start + head : start + head + payload]

    def _lengths(self) -> tuple[int, int]:
        head, payload = wire.LENGTHS.unpack_from(self._buffer)
        return head, payload


class _Link(asyncio.BufferedProtocol):
    """One exchange at a time over the socket; a closed socket fails the exchange under way."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._lost = False
        self._reply = _Reply(0)
        self._done: asyncio.Future[_Reply] | None = None

    async def exchange(self, reply: _Reply, *request: bytes) -> _Reply:
        if self._transport is None or self._lost:
            raise SandboxDied
        self._reply, self._done = reply, asyncio.get_running_loop().create_future()
        for part in request:
            self._transport.write(part)
        return await self._done

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._reply.room()

    def buffer_updated(self, nbytes: int) -> None:
        if self._reply.advance(nbytes) and self._done is not None and not self._done.done():
            self._done.set_result(self._reply)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = True
        if self._done is not None and not self._done.done():
            self._done.set_exception(SandboxDied())


def _python() -> tuple[str, ...]:
    """This interpreter, and as little willing to import from the current folder as this process is."""
    return (sys.executable, "-P") if sys.flags.safe_path else (sys.executable,)


class SandboxProcess:
    """A process that does one task, and the link to it."""

    def __init__(self, process: subprocess.Popen[bytes], link: _Link, timeout_s: float) -> None:
        self._process = process
        self._link = link
        self._timeout_s = timeout_s
        self._in_step = True  # False once it was left in the middle of a photo

    @classmethod
    async def start(
        cls, task: str, timeout_s: float, niceness: int = 0, memory_bytes: int = _DECODING_BYTES
    ) -> Self:
        """Start a process and wait until it is warm; `task` is a `wire.Task` as `module:name`.

        `timeout_s` is for one photo; `niceness` is added to ours; `memory_bytes` are to be had beyond what
        its imports take. A plain `python -m`, not multiprocessing: that would import the served process's
        main module, torch with it, into every sandbox.
        Raises SandboxDied.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            given = (str(theirs.fileno()), str(timeout_s), str(niceness), str(memory_bytes), task)
            command = (*_python(), "-m", "shared.photo.sandbox", *given)
            # Its own process group: Ctrl-C in a terminal is for the served process. BLAS and OpenMP
            # get one thread: they would reserve address space for each core, and the sandbox's is bounded.
            process = subprocess.Popen(  # noqa: ASYNC220 - takes 2 ms, and asyncio's needs a child watcher
                command,
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                process_group=0,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            )
        loop = asyncio.get_running_loop()
        _, link = await loop.create_unix_connection(_Link, sock=ours)
        sandbox = cls(process, link, timeout_s)
        try:
            await sandbox._exchange(_Reply(0), timeout_s=_START_TIMEOUT_S)
        except (SandboxDied, TimeoutError) as error:
            status = await sandbox.stop()
            raise SandboxDied(f"a decode process did not start (exit status {status})") from error
        except asyncio.CancelledError:
            await asyncio.shield(sandbox.stop())
            raise
        return sandbox

    @property
    def usable(self) -> bool:
        """False once it died, was killed (by whomever), was left in the middle of a photo, or given up."""
        return self._in_step and self._process.poll() is None

    def give_up(self) -> None:
        """Whatever it does now: it will be killed."""
        self._in_step = False

    @property
    def pid(self) -> int:
        return self._process.pid

    async def run(self, data: bytes, arguments: bytes, *, at_most: int) -> tuple[dict[str, Any], memoryview]:
        """(facts, payload) of a photo; `arguments` are a JSON object, `at_most` the bytes of any payload.

        Raises the BirdsError that the task met. After SandboxDied or TimeoutError it is not usable.
        """
        prefix = wire.LENGTHS.pack(len(arguments), len(data)) + arguments
        reply = await self._exchange(_Reply(at_most), prefix, data, timeout_s=self._timeout_s)
        head, payload = reply.parts()
        return wire.facts_of(head), payload

    async def _exchange(self, reply: _Reply, *request: bytes, timeout_s: float) -> _Reply:
        try:
            async with asyncio.timeout(timeout_s):
                return await self._link.exchange(reply, *request)
        except BaseException:  # a cancelled exchange, too, leaves a reply to come that nobody waits for
            self.give_up()
            raise

    async def stop(self) -> int:
        """End the process, at once if it is not usable; returns its exit status."""
        if not self.usable:
            self._process.kill()
        self._link.close()
        try:
            return await asyncio.to_thread(self._process.wait, _STOP_GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return await asyncio.to_thread(self._process.wait)
