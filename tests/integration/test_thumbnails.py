"""Thumbnails on real storage: however many are asked for, one photo is in memory at a time."""

import asyncio

from api.thumbnails.maker import Thumbnails
from shared.objects import ObjectStore
from shared.records import Blob, BlobId, new_id
from tests.support.pictures import a_photo

PHOTOS = 6


async def test_photos_are_read_in_turn(objects: ObjectStore) -> None:
    blobs = [Blob(BlobId(new_id()), bytes(32), 1, stored=True) for _ in range(PHOTOS)]
    for number, blob in enumerate(blobs):
        await objects.put(blob.key, a_photo(number))

    class Watched:
        """The real storage; counts photos that were read and whose thumbnail is not stored yet."""

        held = 0
        most = 0

        async def get(self, key: str, max_bytes: int | None = None) -> bytes:
            data = await objects.get(key, max_bytes)
            if key.startswith("photos/"):
                self.held += 1
                self.most = max(self.most, self.held)
            return data

        async def put(self, key: str, data: bytes, content_type: str) -> None:
            self.held -= 1
            await objects.put(key, data, content_type)

    storage = Watched()
    thumbnails = Thumbnails(storage, max_bytes=10**8, max_pixels=10**8, timeout_s=60)  # type: ignore[arg-type]
    try:
        await asyncio.gather(*(thumbnails.of(blob) for blob in blobs))
    finally:
        await thumbnails.close()
    assert storage.most == 1
