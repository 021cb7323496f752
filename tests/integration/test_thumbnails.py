"""Thumbnails on real storage: one photo in memory at a time, and a process that died is replaced."""

import asyncio
import io
import os
import signal
from uuid import UUID

import pytest
from PIL import Image

from api.thumbnails.maker import Thumbnails
from shared.errors import BirdsError, Code
from shared.objects import ObjectStore
from shared.records import Blob, BlobId, OwnerId, new_id
from tests.support.pictures import a_photo

PHOTOS = 6
ALICE, EVE = OwnerId(UUID(int=1)), OwnerId(UUID(int=2))


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
        await asyncio.gather(*(thumbnails.of(ALICE, blob) for blob in blobs))
    finally:
        await thumbnails.close()
    assert storage.most == 1


async def test_a_process_that_died_is_replaced(objects: ObjectStore) -> None:
    blobs = [Blob(BlobId(new_id()), bytes(32), 1, stored=True) for _ in range(3)]
    for number, blob in enumerate(blobs):
        await objects.put(blob.key, a_photo(number))
    thumbnails = Thumbnails(objects, max_bytes=10**8, max_pixels=10**8, timeout_s=60)
    try:
        await thumbnails.of(ALICE, blobs[0])
        [pid] = thumbnails.pids
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(BirdsError) as caught:
            await thumbnails.of(ALICE, blobs[1])
        assert caught.value.code is Code.WORKER_CRASHED
        with Image.open(io.BytesIO(await thumbnails.of(ALICE, blobs[2]))) as image:
            assert image.format == "JPEG"
    finally:
        await thumbnails.close()
    assert thumbnails.pids == []


async def test_a_crowd_of_one_owner_s_leaves_turns_to_another(objects: ObjectStore) -> None:
    blobs = [Blob(BlobId(new_id()), bytes(32), 1, stored=True) for _ in range(3 * PHOTOS)]
    for number, blob in enumerate(blobs):
        await objects.put(blob.key, a_photo(number))
    thumbnails = Thumbnails(objects, max_bytes=10**8, max_pixels=10**8, timeout_s=60)
    made: list[OwnerId] = []

    async def make(owner: OwnerId, blob: Blob) -> None:
        await thumbnails.of(owner, blob)
        made.append(owner)

    try:
        crowd = [asyncio.create_task(make(EVE, blob)) for blob in blobs[:-1]]
        while not made:
            await asyncio.sleep(0)
        before = len(made)
        await make(ALICE, blobs[-1])
        assert made.index(ALICE) <= before + 3, "one is being made, and one or two are being stored"
        await asyncio.gather(*crowd)
    finally:
        await thumbnails.close()
