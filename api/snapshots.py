"""A batch as it is at one moment: read once, kept in a file, gone through as often as a format needs.

A format of several tables reads all photos once a table. Were each reading the ledger's, either its answers
would change in between, or a transaction would be open, and a connection taken, while a slow client reads.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TypeVar

from pydantic import ConfigDict, TypeAdapter

from shared.ledger.batches import get_batch
from shared.ledger.database import Connection, Pool, reading_as_of_now
from shared.ledger.handover import ModelUsed, models_used, owner_of
from shared.ledger.photos import results_after
from shared.ledger.refused import refused_after
from shared.ledger.sightings import SeenSighting, sightings_after
from shared.records import Batch, BatchId, OwnerId, Photo, RefusedFile

T = TypeVar("T")

PAGE = 1000  # photos in memory at a time, about 1 MB
READING_AT_ONCE = 2  # each has a connection of the pool for up to a minute; uploads and pages need the others
SIGHTINGS = 100  # at a time, with all their frames
_ALL_FRAMES = 2**31 - 1
_QUICK = 1  # zlib's level: the file is read again within minutes
_BASE64 = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
_PHOTOS = TypeAdapter(list[Photo], config=_BASE64)
_REFUSED = TypeAdapter(list[RefusedFile])
_SIGHTINGS = TypeAdapter(list[SeenSighting], config=_BASE64)

Notice = Callable[[Sequence[Photo]], None]
NoticeRefused = Callable[[Sequence[RefusedFile]], None]


@dataclass(frozen=True, slots=True)
class About:
    """What is said of the whole batch; `read_at` is the moment that all of it is as of."""

    batch: Batch
    owner: str
    models: list[ModelUsed]
    read_at: datetime


class Snapshot:
    """All answers of a batch, and the files that became none, as often as they are asked for."""

    def __init__(self, about: About, file: IO[bytes]) -> None:
        self.about = about
        self._file = file
        self._photos: list[tuple[int, int]] = []
        self._refused: list[tuple[int, int]] = []
        self._sightings: list[tuple[int, int]] = []

    async def photos(self) -> AsyncIterator[list[Photo]]:
        """In the order of seq, `PAGE` at a time."""
        async for page in self._pages(self._photos, _PHOTOS):
            yield page

    async def refused(self) -> AsyncIterator[list[RefusedFile]]:
        async for page in self._pages(self._refused, _REFUSED):
            yield page

    async def sightings(self) -> AsyncIterator[list[SeenSighting]]:
        """With all their frames, in the order of time; none where they were not asked for."""
        async for page in self._pages(self._sightings, _SIGHTINGS):
            yield page

    def keep_photos(self, photos: Sequence[Photo]) -> None:
        self._photos.append(self._kept(_PHOTOS.dump_json(list(photos))))

    def keep_refused(self, files: Sequence[RefusedFile]) -> None:
        self._refused.append(self._kept(_REFUSED.dump_json(list(files))))

    def keep_sightings(self, seen: Sequence[SeenSighting]) -> None:
        self._sightings.append(self._kept(_SIGHTINGS.dump_json(list(seen))))

    def _kept(self, page: bytes) -> tuple[int, int]:
        at = self._file.seek(0, 2)
        return at, self._file.write(zlib.compress(page, _QUICK))

    async def _pages(
        self, places: list[tuple[int, int]], kind: TypeAdapter[list[T]]
    ) -> AsyncIterator[list[T]]:
        for place in places:
            yield await asyncio.to_thread(self._page, place, kind)

    def _page(self, place: tuple[int, int], kind: TypeAdapter[list[T]]) -> list[T]:
        at, size = place
        self._file.seek(at)
        return kind.validate_json(zlib.decompress(self._file.read(size)))


class Snapshots:
    """Makes them in files without a name in `folder`, a few at one time."""

    def __init__(self, pool: Pool, folder: Path) -> None:
        self._pool = pool
        self._folder = folder
        self._turns = asyncio.Semaphore(READING_AT_ONCE)

    def _file(self) -> IO[bytes]:
        return TemporaryFile(dir=self._folder)

    @asynccontextmanager
    async def of(
        self,
        owner_id: OwnerId,
        batch_id: BatchId,
        notice: Notice,
        notice_refused: NoticeRefused,
        *,
        with_sightings: bool = False,
    ) -> AsyncIterator[Snapshot]:
        """This owner's batch; each page is shown to `notice`, in a thread, while it is read.

        Raises `not-found`, LedgerAway, OSError where the disk is full.
        """
        with await asyncio.to_thread(self._file) as file:
            async with self._turns, reading_as_of_now(self._pool) as ledger:
                snapshot = Snapshot(await _about(ledger, owner_id, batch_id), file)
                async for photos in photo_pages(ledger, batch_id):
                    await asyncio.to_thread(_both, photos, snapshot.keep_photos, notice)
                async for files in refused_pages(ledger, batch_id):
                    await asyncio.to_thread(_both, files, snapshot.keep_refused, notice_refused)
                if with_sightings:
                    async for seen in sighting_pages(ledger, batch_id):
                        await asyncio.to_thread(snapshot.keep_sightings, seen)
            yield snapshot


async def photo_pages(of: Connection | Pool, batch_id: BatchId) -> AsyncIterator[list[Photo]]:
    """The ledger's answers of a batch, in the order of seq."""
    after = 0
    while photos := await results_after(of, batch_id, after, PAGE):
        yield photos
        if len(photos) < PAGE:
            return
        after = photos[-1].seq or after


async def refused_pages(of: Connection | Pool, batch_id: BatchId) -> AsyncIterator[list[RefusedFile]]:
    after = None
    while files := await refused_after(of, batch_id, after, PAGE):
        yield files
        if len(files) < PAGE:
            return
        after = files[-1].id


async def sighting_pages(of: Connection | Pool, batch_id: BatchId) -> AsyncIterator[list[SeenSighting]]:
    """With all their frames, in the order of time."""
    after = -1
    while seen := await sightings_after(of, batch_id, after, SIGHTINGS, _ALL_FRAMES):
        yield seen
        after = seen[-1].position


async def _about(ledger: Connection, owner_id: OwnerId, batch_id: BatchId) -> About:
    batch = await get_batch(ledger, owner_id, batch_id)
    owner, models = await owner_of(ledger, batch_id), await models_used(ledger, batch_id)
    return About(batch, owner, models, datetime.now(UTC))


def _both(page: Sequence[T], *todo: Callable[[Sequence[T]], None]) -> None:
    for act in todo:
        act(page)
