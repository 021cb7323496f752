"""Whether there is room for more photos: asked before any is sent to us in vain."""

from api.duties.relay import Relay
from shared.disk import DataDisk
from shared.objects import ObjectStore


class Room:
    """On the disk, in the broker and in object storage; the ledger says so by itself, as it is written."""

    def __init__(self, disk: DataDisk, relay: Relay, objects: ObjectStore) -> None:
        self._disk = disk
        self._relay = relay
        self._objects = objects

    async def check(self) -> None:
        """Raises NoSpace, StorageAway. A broker that is away is no reason: the ledger keeps photos for it."""
        await self._disk.check()
        self._relay.check_takes()
        await self._objects.check_takes()
