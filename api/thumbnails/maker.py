"""Thumbnails, cached in object storage once they are made."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process

from api.thumbnails import wire
from shared.errors import BirdsError, Code
from shared.objects import ObjectStore
from shared.records import Blob, thumbnail_key


class Thumbnails:
    """One at a time: whoever wants many waits in turn. Close it at the end."""

    def __init__(self, objects: ObjectStore, *, max_bytes: int, max_pixels: int, timeout_s: float) -> None:
        self._objects = objects
        self._max_bytes = max_bytes
        self._max_pixels = max_pixels
        self._timeout_s = timeout_s
        self._turn = asyncio.Lock()
        self._process: Process | None = None

    async def of(self, blob: Blob) -> bytes:
        """A JPEG, at most 320 pixels a side. Raises BirdsError: what is wrong with the photo, or with us."""
        key = thumbnail_key(blob.id)
        try:
            return await self._objects.get(key)
        except BirdsError as error:
            if error.code is not Code.MISSING_OBJECT:
                raise
        async with self._turn:  # before the photo is read: those that wait are many, and hold nothing
            jpeg = await self._make(await self._objects.get(blob.key, self._max_bytes))
        await self._objects.put(key, jpeg, "image/jpeg")
        return jpeg

    async def close(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        self._process = None

    async def _make(self, data: bytes) -> bytes:
        try:
            async with asyncio.timeout(self._timeout_s):
                worked, payload = await self._exchange(data)
        except TimeoutError:
            await self.close()
            detail = f"Decoding took more than {self._timeout_s:g} s."
            raise BirdsError(Code.DECODE_TIMEOUT, detail) from None
        except (OSError, asyncio.IncompleteReadError):
            await self.close()
            raise BirdsError(Code.WORKER_CRASHED, "Decoding this photo crashed its process.") from None
        except asyncio.CancelledError:
            await self.close()  # its reply would be taken for the next one's
            raise
        if worked:
            return payload
        code, _, detail = payload.decode().partition(" ")
        raise BirdsError(Code(code), detail)

    async def _exchange(self, data: bytes) -> tuple[bool, bytes]:
        process = self._process or await self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(wire.REQUEST.pack(self._max_pixels, len(data)))
        process.stdin.write(data)
        await process.stdin.drain()
        worked, size = wire.REPLY.unpack(await process.stdout.readexactly(wire.REPLY.size))
        return worked, await process.stdout.readexactly(size)

    async def _started(self) -> Process:
        command = (sys.executable, "-m", "api.thumbnails.child")
        self._process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
        return self._process
