"""A batch as it is at one moment: read once, kept in a file, gone through as often as a format needs.

A format of several tables reads all photos once a table. Were each reading the ledger's, either its answers
would change in between, or a transaction would be open, and a connection taken, while a slow client reads.
"""

import asyncio
import os
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import Generic, TypeVar

from pydantic import ConfigDict, TypeAdapter

from shared.errors import DiskFull
from shared.ledger.batches import get_batch
from shared.ledger.database import Connection, Pool, reading_as_of_now
from shared.ledger.handover import ModelUsed, models_used, not_reviewed, owner_of
from shared.ledger.photos import END, photos_by_id, results_after
from shared.ledger.refused import refused_after
from shared.ledger.selection import Selection, select_photos
from shared.ledger.sightings import SeenSighting, sightings_in_parts
from shared.records import Batch, BatchId, OwnerId, Photo, RefusedFile

T = TypeVar("T")

PAGE = 1000  # photos in memory at a time, about 1 MB
READING_AT_ONCE = 2  # each has a connection of the pool for up to a minute; uploads and pages need the others
_QUICK = 1  # zlib's level: the file is read again within minutes
_BASE64 = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
_PHOTOS = TypeAdapter(list[Photo], config=_BASE64)
_REFUSED = TypeAdapter(list[RefusedFile])
_SIGHTINGS = TypeAdapter(list[SeenSighting], config=_BASE64)

Notice = Callable[[Sequence[Photo]], None]
NoticeRefused = Callable[[Sequence[RefusedFile]], None]
NoticeOthers = Callable[[int, int], None]
"""Hears how many photos no person has said a word on: (failed, answered)."""


@dataclass(frozen=True, slots=True)
class About:
    """What is said of the whole batch; `read_at` is the moment that all of it is as of."""

    batch: Batch
    owner: str
    models: list[ModelUsed]
    read_at: datetime


class _File:
    """Without a name, written and read in threads; each is done with it before it is closed."""

    def __init__(self, folder: Path) -> None:
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - closed below
        self._lock = Lock()

    def add(self, data: bytes) -> tuple[int, int]:
        """Where it is. Raises DiskFull."""
        with self._lock:
            try:
                place = self._file.seek(0, os.SEEK_END), self._file.write(data)
                self._file.flush()
            except OSError as error:
                raise DiskFull(error.strerror or type(error).__name__) from error
        return place

    def read(self, place: tuple[int, int]) -> bytes:
        at, size = place
        with self._lock:
            self._file.seek(at)
            return self._file.read(size)

    def close(self) -> None:
        with self._lock:
            self._file.close()


class _Kept(Generic[T]):
    """Pages of one kind in the file, to be gone through from the first one on while others still come."""

    def __init__(self, file: _File, kind: TypeAdapter[list[T]]) -> None:
        self._file = file
        self._kind = kind
        self._places: list[tuple[int, int]] = []
        self._ended = False
        self._failure: BaseException | None = None
        self._news = asyncio.Event()

    async def keep(self, page: Sequence[T]) -> None:
        self._places.append(await asyncio.to_thread(self._written, list(page)))
        self._tell()

    def end(self, failure: BaseException | None = None) -> None:
        """No more will come; `failure`: since reading them failed."""
        self._ended = True
        self._failure = failure
        self._tell()

    async def pages(self) -> AsyncIterator[list[T]]:
        """Raises what reading them raised."""
        at = 0
        while True:
            news = self._news
            while at < len(self._places):
                yield await asyncio.to_thread(self._read, self._places[at])
                at += 1
            if self._failure is not None:
                raise self._failure
            if self._ended:
                return
            await news.wait()

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _written(self, page: list[T]) -> tuple[int, int]:
        return self._file.add(zlib.compress(self._kind.dump_json(page), _QUICK))

    def _read(self, place: tuple[int, int]) -> list[T]:
        return self._kind.validate_json(zlib.decompress(self._file.read(place)))


class Snapshot:
    """All answers of a batch, and the files that became none, as often as they are asked for."""

    def __init__(self, about: About, file: _File) -> None:
        self.about = about
        self._photos = _Kept(file, _PHOTOS)
        self._refused = _Kept(file, _REFUSED)
        self._sightings = _Kept(file, _SIGHTINGS)

    async def photos(self) -> AsyncIterator[list[Photo]]:
        """In the order of seq, `PAGE` at a time."""
        async for page in self._photos.pages():
            yield page

    async def refused(self) -> AsyncIterator[list[RefusedFile]]:
        async for page in self._refused.pages():
            yield page

    async def sightings(self) -> AsyncIterator[list[SeenSighting]]:
        """As `sightings_in_parts` has them; none where they were not asked for."""
        async for page in self._sightings.pages():
            yield page

    async def read(
        self,
        ledger: Connection,
        notice: Notice,
        notice_refused: NoticeRefused,
        notice_others: NoticeOthers | None,
        *,
        with_sightings: bool,
    ) -> None:
        """Each page is shown before it can be gone through."""
        batch_id = self.about.batch.id
        if notice_others is not None:
            notice_others(*await not_reviewed(ledger, batch_id))
        pages = photo_pages if notice_others is None else reviewed_pages
        async for photos in pages(ledger, batch_id):
            await asyncio.to_thread(notice, photos)
            await self._photos.keep(photos)
        self._photos.end()
        async for files in refused_pages(ledger, batch_id):
            await asyncio.to_thread(notice_refused, files)
            await self._refused.keep(files)
        self._refused.end()
        if with_sightings:
            async for seen in sightings_in_parts(ledger, batch_id, PAGE):
                await self._sightings.keep(seen)
        self._sightings.end()

    def fail(self, failure: BaseException) -> None:
        for kept in (self._photos, self._refused, self._sightings):
            kept.end(failure)


class Snapshots:
    """Makes them in files without a name in `folder`, a few at one time."""

    def __init__(self, pool: Pool, folder: Path) -> None:
        self._pool = pool
        self._folder = folder
        self._turns = asyncio.Semaphore(READING_AT_ONCE)

    @asynccontextmanager
    async def of(
        self,
        owner_id: OwnerId,
        batch_id: BatchId,
        notice: Notice,
        notice_refused: NoticeRefused,
        notice_others: NoticeOthers | None = None,
        *,
        with_sightings: bool = False,
        whole: bool = True,
    ) -> AsyncIterator[Snapshot]:
        """This owner's batch; each page is shown to `notice`, in a thread, while it is read.

        `notice_others`: where there is one, photos are those that a person has said a word on.
        `whole`: all of it has been read. Else it is read as fast as the ledger tells, however slowly somebody
        goes through it. Raises `not-found`, LedgerAway, DiskFull; so does whoever goes through what is not
        whole.
        """
        begun: asyncio.Future[Snapshot] = asyncio.get_running_loop().create_future()

        async def read(file: _File) -> None:
            snapshot: Snapshot | None = None
            try:
                async with self._turns, reading_as_of_now(self._pool) as ledger:
                    snapshot = Snapshot(await _about(ledger, owner_id, batch_id), file)
                    begun.set_result(snapshot)
                    await snapshot.read(
                        ledger, notice, notice_refused, notice_others, with_sightings=with_sightings
                    )
            except BaseException as failure:
                if snapshot is not None:
                    snapshot.fail(failure)
                raise

        with closing(await asyncio.to_thread(_File, self._folder)) as file:
            reading = asyncio.create_task(read(file))
            try:
                await asyncio.wait((reading, begun), return_when=asyncio.FIRST_COMPLETED)
                if whole or not begun.done():
                    await reading
                yield begun.result()
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)


async def photo_pages(of: Connection | Pool, batch_id: BatchId) -> AsyncIterator[list[Photo]]:
    """The ledger's answers of a batch, in the order of seq."""
    after = 0
    while photos := await results_after(of, batch_id, after, PAGE):
        yield photos
        if len(photos) < PAGE:
            return
        after = photos[-1].seq or after


async def reviewed_pages(of: Connection, batch_id: BatchId) -> AsyncIterator[list[Photo]]:
    """Those on which a person's word stands, in the order of seq."""
    after = 0
    while found := await select_photos(of, batch_id, Selection(reviewed=True), after, END, PAGE):
        yield await photos_by_id(of, [photo_id for photo_id, _ in found])
        after = found[-1][1]


async def refused_pages(of: Connection | Pool, batch_id: BatchId) -> AsyncIterator[list[RefusedFile]]:
    after = None
    while files := await refused_after(of, batch_id, after, PAGE):
        yield files
        if len(files) < PAGE:
            return
        after = files[-1].id


async def _about(ledger: Connection, owner_id: OwnerId, batch_id: BatchId) -> About:
    batch = await get_batch(ledger, owner_id, batch_id)
    owner, models = await owner_of(ledger, batch_id), await models_used(ledger, batch_id)
    return About(batch, owner, models, datetime.now(UTC))
