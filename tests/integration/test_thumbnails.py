"""Thumbnails on real storage: one photo in memory at a time, and a process that died is replaced."""

import asyncio
import io
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from PIL import Image

from api.thumbnails.maker import Thumbnails
from shared.errors import BirdsError, Code
from shared.objects import ObjectStore
from shared.records import Blob, BlobId, OwnerId, new_id
from tests.support.pictures import a_photo

PHOTOS = 6
ALICE, EVE = OwnerId(UUID(int=1)), OwnerId(UUID(int=2))


@asynccontextmanager
async def opened(storage: ObjectStore) -> AsyncIterator[Thumbnails]:
    thumbnails = Thumbnails(storage, max_bytes=10**8, max_pixels=10**8, timeout_s=60)
    try:
        yield thumbnails
    finally:
        await thumbnails.close()


async def test_a_crowd_at_one_photo_has_it_read_once(objects: ObjectStore) -> None:
    good, bad = (Blob(BlobId(new_id()), bytes(32), 1, stored=True) for _ in range(2))
    await objects.put(good.key, a_photo(1))
    await objects.put(bad.key, a_photo(2)[:-100])
    read: list[str] = []

    class Counted:
        """The real storage; notes which photos are read."""

        async def get(self, key: str, max_bytes: int | None = None) -> bytes:
            data = await objects.get(key, max_bytes)
            read.append(key)
            return data

        async def put(self, key: str, data: bytes, content_type: str) -> None:
            await objects.put(key, data, content_type)

    async with opened(Counted()) as thumbnails:  # type: ignore[arg-type]
        made = await asyncio.gather(*(thumbnails.of(ALICE, good) for _ in range(PHOTOS)))
        assert len(set(made)) == 1
        for _ in range(2):
            found = await asyncio.gather(
                *(thumbnails.of(ALICE, bad) for _ in range(PHOTOS)), return_exceptions=True
            )
            assert {one.code for one in found if isinstance(one, BirdsError)} == {Code.TRUNCATED_IMAGE}
        assert (read.count(good.key), read.count(bad.key)) == (1, 1)


async def test_who_classifies_goes_first(objects: ObjectStore) -> None:
    blob = Blob(BlobId(new_id()), bytes(32), 1, stored=True)
    await objects.put(blob.key, a_photo(1))
    async with opened(objects) as thumbnails:
        await thumbnails.of(ALICE, blob)
        [pid] = thumbnails.pids
        assert os.getpriority(os.PRIO_PROCESS, pid) > os.getpriority(os.PRIO_PROCESS, 0)


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
    async with opened(storage) as thumbnails:  # type: ignore[arg-type]
        await asyncio.gather(*(thumbnails.of(ALICE, blob) for blob in blobs))
    assert storage.most == 1


async def test_a_process_that_died_is_replaced(objects: ObjectStore) -> None:
    blobs = [Blob(BlobId(new_id()), bytes(32), 1, stored=True) for _ in range(2)]
    for number, blob in enumerate(blobs):
        await objects.put(blob.key, a_photo(number))
    thumbnails = Thumbnails(objects, max_bytes=10**8, max_pixels=10**8, timeout_s=60)
    try:
        await thumbnails.of(ALICE, blobs[0])
        [pid] = thumbnails.pids
        os.kill(pid, signal.SIGKILL)
        await asyncio.to_thread(os.waitid, os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        with Image.open(io.BytesIO(await thumbnails.of(ALICE, blobs[1]))) as image:
            assert image.format == "JPEG"
        assert thumbnails.pids != [pid]
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
