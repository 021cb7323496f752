"""The worker's end of one decode child."""

import asyncio
import socket
import subprocess
import sys
from typing import Self, cast

import numpy as np
from numpy.typing import NDArray

from worker.decoding import wire

_START_TIMEOUT_S = 60.0  # importing Pillow and numpy takes 0.3 s; a loaded machine may need far more
_STOP_GRACE_S = 2.0


class ChildDied(Exception):
    """The process ended, or could not be started."""


class Reply:
    """One reply as it arrives, straight into the memory that the pixels stay in."""

    def __init__(self, pixel_bytes: int) -> None:
        capacity = wire.LENGTHS.size + wire.MAX_REPLY_HEAD + pixel_bytes
        self._buffer = np.empty(capacity, np.uint8)
        self._view = self._buffer.data
        self._filled = 0

    def room(self) -> memoryview:
        return self._view[self._filled :]

    def advance(self, count: int) -> bool:
        """True once the reply is complete."""
        self._filled += count
        if self._filled < wire.LENGTHS.size:
            return False
        return self._filled >= wire.LENGTHS.size + sum(self._lengths())

    def parts(self) -> tuple[bytes, NDArray[np.uint8]]:
        """(head, pixels); the pixels are not copied."""
        head, pixels = self._lengths()
        start = wire.LENGTHS.size
        return bytes(self._view[start : start + head]), self._buffer[start + head : start + head + pixels]

    def _lengths(self) -> tuple[int, int]:
        head, pixels = wire.LENGTHS.unpack_from(self._view)
        return head, pixels


class _Link(asyncio.BufferedProtocol):
    """One exchange at a time over the socket; a closed socket fails the exchange under way."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._lost = False
        self._reply = Reply(0)
        self._done: asyncio.Future[Reply] | None = None

    async def exchange(self, reply: Reply, *request: bytes) -> Reply:
        if self._transport is None or self._lost:
            raise ChildDied
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
            self._done.set_exception(ChildDied())


def _python() -> tuple[str, ...]:
    """This interpreter, and as little willing to import from the current folder as this process is."""
    return (sys.executable, "-P") if sys.flags.safe_path else (sys.executable,)


class DecodeChild:
    """A decode process and the link to it."""

    def __init__(self, process: subprocess.Popen[bytes], link: _Link) -> None:
        self._process = process
        self._link = link
        self.usable = True
        """False once it died, was killed, or was left in the middle of a photo."""

    @classmethod
    async def start(cls, prepare: str, timeout_s: float) -> Self:
        """Start a process and wait until it is warm; `prepare` is a function as `module:name`.

        A plain `python -m`, not multiprocessing: that would import the worker's main module, torch with
        it, into every child.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            command = (*_python(), "-m", "worker.decoding", str(theirs.fileno()), str(timeout_s), prepare)
            # Its own process group: Ctrl-C in a terminal is for the worker.
            process = subprocess.Popen(  # noqa: ASYNC220 - takes 2 ms, and asyncio's needs a child watcher
                command, stdin=subprocess.DEVNULL, pass_fds=(theirs.fileno(),), process_group=0
            )
        loop = asyncio.get_running_loop()
        _, link = await loop.create_unix_connection(_Link, sock=ours)
        child = cls(process, link)
        try:
            await child.exchange(Reply(0), timeout_s=_START_TIMEOUT_S)
        except (ChildDied, TimeoutError) as error:
            status = await child.stop()
            raise ChildDied(f"a decode process did not start (exit status {status})") from error
        return child

    @property
    def pid(self) -> int:
        return self._process.pid

    async def exchange(self, reply: Reply, *request: bytes, timeout_s: float) -> Reply:
        """Send a request and wait for its reply; after ChildDied or TimeoutError it is not usable."""
        try:
            async with asyncio.timeout(timeout_s):
                return await self._link.exchange(reply, *request)
        except BaseException:  # a cancelled exchange, too, leaves a reply to come that nobody waits for
            self.usable = False
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
