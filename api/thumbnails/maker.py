"""Thumbnails, cached in object storage once they are made."""

import asyncio
import json

from api.thumbnails.task import MAKE, MAX_BYTES
from shared.errors import BirdsError, Code
from shared.objects import ObjectStore
from shared.photo.sandbox.process import SandboxDied, SandboxProcess
from shared.records import Blob, thumbnail_key


class Thumbnails:
    """One at a time: whoever wants many waits in turn. Close it at the end."""

    def __init__(self, objects: ObjectStore, *, max_bytes: int, max_pixels: int, timeout_s: float) -> None:
        self._objects = objects
        self._max_bytes = max_bytes
        self._arguments = json.dumps({"max_pixels": max_pixels}).encode()
        self._timeout_s = timeout_s
        self._turn = asyncio.Lock()
        self._sandbox: SandboxProcess | None = None

    @property
    def pid(self) -> int | None:
        return None if self._sandbox is None else self._sandbox.pid

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
        sandbox, self._sandbox = self._sandbox, None
        if sandbox is not None:
            await sandbox.stop()

    async def _make(self, data: bytes) -> bytes:
        sandbox = await self._ready()
        try:
            _, jpeg = await sandbox.run(data, self._arguments, at_most=MAX_BYTES)
        except TimeoutError:
            detail = f"Decoding took more than {self._timeout_s:g} s."
            raise BirdsError(Code.DECODE_TIMEOUT, detail) from None
        except SandboxDied:
            raise BirdsError(Code.WORKER_CRASHED, "Decoding this photo crashed its process.") from None
        return bytes(jpeg)

    async def _ready(self) -> SandboxProcess:
        """The one of last time, unless that died or was left in the middle of a photo."""
        if self._sandbox is not None and not self._sandbox.usable:
            await self.close()
        if self._sandbox is None:
            self._sandbox = await SandboxProcess.start(MAKE, self._timeout_s)
        return self._sandbox
