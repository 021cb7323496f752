"""What is tried: each takes bytes, and raises nothing but what its callers know."""

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from PIL import ExifTags

from api.http.binding import MAX_ERRORS, _explained
from api.http.problems import InvalidRequest
from api.http.schemas.batches import NewBatch
from api.http.schemas.labels import NewLabel, NewLabels
from api.http.schemas.photos import Announcement, CompletedUploads
from api.http.schemas.scoring import NewScoring
from api.intake.archive import ArchiveLimits, unpack
from api.intake.multipart import MultipartReader, boundary_of
from api.intake.names import clean_name
from api.intake.spool import Spool
from shared.broker import session
from shared.errors import BirdsError, SessionLost
from shared.photo import exif, gps
from shared.photo.dates import taken
from shared.photo.decode import decode
from shared.photo.inspect import inspect

PIXELS = 1_000_000
LIMITS = ArchiveLimits(max_entries=1000, max_bytes=10_000_000, max_ratio=100)
SPOOL = Spool(Path(tempfile.gettempdir()), 10_000_000)
BODIES = (NewBatch, NewScoring, Announcement, CompletedUploads, NewLabel, NewLabels)
LOOP = asyncio.new_event_loop()


def photo(data: bytes) -> None:
    with suppress(BirdsError):
        inspect(data, max_pixels=PIXELS)
        decode(data, max_pixels=PIXELS, min_side=64)


def metadata(data: bytes) -> None:
    """An EXIF block and, behind it, an XMP packet; nothing is raised at all."""
    block, _, packet = data.partition(b"<?xpacket")
    image: Any = SimpleNamespace(info={"exif": b"Exif\0\0" + block})
    tags = exif.read(image)
    exif.orientation(tags)
    gps.position(exif.directory(tags, ExifTags.IFD.GPSInfo))
    taken(tags, packet)


def archive(data: bytes) -> None:
    pieces = (data[start : start + 1000] for start in range(0, len(data), 1000))
    with suppress(BirdsError):
        for piece in unpack(pieces, LIMITS, SPOOL):
            clean_name(piece.name)


def form(data: bytes) -> None:
    """The first line is the Content-Type."""
    content_type, _, body = data.partition(b"\n")
    with suppress(BirdsError):
        boundary = boundary_of(content_type.decode("utf-8", "surrogateescape"))
        LOOP.run_until_complete(_read_all(body, boundary))


async def _read_all(body: bytes, boundary: bytes) -> None:
    pieces = iter([body[start : start + 100] for start in range(0, len(body), 100)])

    async def read() -> bytes:
        return next(pieces, b"")

    reader = MultipartReader(read, boundary)
    while (part := await reader.next_file()) is not None:
        name, _ = part
        clean_name(name).encode()


def json(data: bytes) -> None:
    for kind in BODIES:
        try:
            with _explained("body"):
                kind.model_validate_json(data)
        except InvalidRequest as error:
            if len(error.errors) > MAX_ERRORS:
                raise RuntimeError("too much is told") from error


def handshake(data: bytes) -> None:
    """What a broker says, up to its hanging up."""
    with suppress(SessionLost):
        LOOP.run_until_complete(_one_session(data))


async def _one_session(words: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(words)
        writer.write_eof()
        with suppress(ConnectionError):
            await reader.read()
        writer.close()

    async def use(of: session.Session) -> None:
        await of.channel()
        await asyncio.Event().wait()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        await session._one_session(f"amqp://guest:guest@127.0.0.1:{port}/", "fuzz", use)
    finally:
        server.close()


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "photo": photo,
    "metadata": metadata,
    "archive": archive,
    "form": form,
    "json": json,
    "handshake": handshake,
}
