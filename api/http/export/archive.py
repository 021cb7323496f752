"""Files of several exports as one stream: a zip, whose end alone needs to know of all of them."""

import asyncio
import hashlib
import zipfile
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import datetime

from api.http.export.formats import Content, Export, SightingExport, Source
from api.http.export.left_out import in_a_header
from api.http.export.sidecars import SidecarExport

_LEVEL = 6
Last = Callable[[dict[str, tuple[int, str]]], bytes]
"""A last file, made of the names of all before it, with size in bytes and SHA-256 (hexadecimal) of each."""


class Outlet:
    """A file that hands over what was written to it."""

    closed = False

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        self._written.append(bytes(data))
        self._size += len(data)
        return len(data)

    def tell(self) -> int:
        return self._size

    def flush(self) -> None: ...

    def close(self) -> None: ...

    def take(self) -> bytes:
        written, self._written = self._written, []
        return b"".join(written)


async def stream(content: Content, source: Source) -> AsyncIterator[bytes]:
    """The blocks of one file."""
    if isinstance(content, bytes):
        yield content
        return
    if callable(content):
        yield await asyncio.to_thread(content)
        return
    for export in content:
        async for block in _stream_one(export, source):
            yield block


async def _stream_one(export: Export, source: Source) -> AsyncIterator[bytes]:
    yield await asyncio.to_thread(export.begin)
    async for photos in source.photos():
        yield await asyncio.to_thread(export.page, photos)
    async for files in source.refused():
        yield await asyncio.to_thread(export.refused, files)
    if isinstance(export, SightingExport):
        async for seen in source.sightings():
            yield await asyncio.to_thread(export.sightings, seen)
    yield await asyncio.to_thread(export.end)


async def stream_zip(
    files: Iterable[tuple[str, Content]],
    source: Source,
    made_at: datetime,
    last: tuple[str, Last] | None = None,
    comment: Callable[[], str] | None = None,
) -> AsyncIterator[bytes]:
    """The blocks of a zip of these files, each deflated as it comes; `comment`: of the zip, asked for at its
    end."""
    outlet = Outlet()
    there: dict[str, tuple[int, str]] = {}
    each = iter(files)
    with zipfile.ZipFile(outlet, "w") as archive:
        while (file := await asyncio.to_thread(next, each, None)) is not None:
            name, content = file
            digest, size = hashlib.sha256(), 0
            with archive.open(_entry(name, made_at), "w", force_zip64=True) as entry:
                async for block in stream(content, source):
                    digest.update(block)
                    size += len(block)
                    await asyncio.to_thread(entry.write, block)
                    if packed := outlet.take():
                        yield packed
            there[name] = size, digest.hexdigest()
        if last is not None:
            name, make = last
            archive.writestr(_entry(name, made_at), make(there))
        if comment is not None:
            archive.comment = comment().encode()
    yield outlet.take()


async def stream_sidecars(
    sidecars: SidecarExport, source: Source, made_at: datetime, readme: Callable[[], bytes]
) -> AsyncIterator[bytes]:
    """The blocks of a zip of a file for each photo; `readme` and its comment say what is not in it."""
    outlet = Outlet()

    def write(files: Sequence[tuple[str, bytes]]) -> bytes:
        for name, data in files:
            archive.writestr(_entry(name, made_at), data)
        return outlet.take()

    with zipfile.ZipFile(outlet, "w") as archive:
        async for photos in source.photos():
            if packed := await asyncio.to_thread(lambda photos: write(sidecars.page(photos)), photos):
                yield packed
        async for files in source.refused():
            sidecars.refused(files)
        yield write([("README.txt", readme())])
        archive.comment = in_a_header(sidecars.left_out.counted).encode()
    yield outlet.take()


def _entry(name: str, made_at: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, made_at.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
