"""Thumbnails, cached in object storage once they are made."""

from api.sandboxes import Sandboxes
from api.thumbnails.task import MAKE, MAX_BYTES
from shared.errors import BirdsError, Code
from shared.objects import ObjectStore
from shared.records import Blob, OwnerId, thumbnail_key


class Thumbnails:
    """One at a time: whoever wants many waits, and others' turns come between. Close it at the end."""

    def __init__(self, objects: ObjectStore, *, max_bytes: int, max_pixels: int, timeout_s: float) -> None:
        self._objects = objects
        self._max_bytes = max_bytes
        self._sandboxes = Sandboxes(MAKE, 1, timeout_s=timeout_s, max_pixels=max_pixels)

    @property
    def pids(self) -> list[int]:
        return self._sandboxes.pids

    async def of(self, owner: OwnerId, blob: Blob) -> bytes:
        """A JPEG, at most 320 pixels a side. Raises BirdsError: what is wrong with the photo, or with us."""
        key = thumbnail_key(blob.id)
        try:
            return await self._objects.get(key)
        except BirdsError as error:
            if error.code is not Code.MISSING_OBJECT:
                raise
        async with self._sandboxes.one(owner) as sandbox:
            # Read only now: those that wait are many, and hold nothing.
            jpeg = await sandbox.run(await self._objects.get(blob.key, self._max_bytes), MAX_BYTES)
        await self._objects.put(key, jpeg, "image/jpeg")
        return jpeg

    async def close(self) -> None:
        await self._sandboxes.close()
