"""Thumbnails, cached in object storage once they are made."""

from api.sandboxes import Sandbox, Sandboxes
from api.thumbnails.failures import Failures
from api.thumbnails.task import MAKE, MAX_BYTES
from shared.errors import BirdsError, Code
from shared.objects import ObjectStore
from shared.records import Blob, OwnerId, thumbnail_key

NICENESS = 10
"""Of 19: whoever classifies goes first. A photo of 25 megapixels takes a core for half a second, and somebody
may ask for thousands; where a core is free they are made as fast as ever."""


class Thumbnails:
    """One at a time: whoever wants many waits, and others' turns come between. Close it at the end."""

    def __init__(self, objects: ObjectStore, *, max_bytes: int, max_pixels: int, timeout_s: float) -> None:
        self._objects = objects
        self._max_bytes = max_bytes
        self._sandboxes = Sandboxes(MAKE, 1, timeout_s=timeout_s, niceness=NICENESS, max_pixels=max_pixels)
        self._failures = Failures()

    @property
    def pids(self) -> list[int]:
        return self._sandboxes.pids

    async def of(self, owner: OwnerId, blob: Blob) -> bytes:
        """A JPEG, at most 320 pixels a side. Raises BirdsError: what is wrong with the photo, or with us."""
        if kept := await self._kept(blob):
            return kept
        async with self._sandboxes.one(owner) as sandbox:
            # Who waited behind others for the same photo finds it made, and the photo is read only now:
            # those that wait are many, and hold nothing.
            return await self._kept(blob) or await self._make(sandbox, blob)

    async def close(self) -> None:
        await self._sandboxes.close()

    async def _kept(self, blob: Blob) -> bytes | None:
        """None where it was not made yet. Raises as making it did, where that failed a while ago."""
        self._failures.check(blob.id)
        try:
            return await self._objects.get(thumbnail_key(blob.id))
        except BirdsError as error:
            if error.code is not Code.MISSING_OBJECT:
                raise
            return None

    async def _make(self, sandbox: Sandbox, blob: Blob) -> bytes:
        photo = await self._objects.get(blob.key, self._max_bytes)
        try:
            jpeg = await sandbox.run(photo, MAX_BYTES)
        except BirdsError as error:
            self._failures.add(blob.id, error)
            raise
        await self._objects.put(thumbnail_key(blob.id), jpeg, "image/jpeg")
        return jpeg
