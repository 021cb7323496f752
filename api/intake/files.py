"""The files of a request one by one, archives unpacked, each checked by its first bytes (magic numbers)."""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from concurrent.futures import Executor
from contextlib import aclosing
from dataclasses import dataclass

from api.intake.archive import ArchiveLimits, Piece, unpack
from api.intake.budget import Share
from api.intake.inspection import HeaderInspection
from api.intake.multipart import MultipartReader
from api.intake.names import clean_name, entry_name
from api.intake.other_archives import HEAD_BYTES, other_archive
from api.intake.spool import Spool
from api.intake.threads import run_in_thread
from api.turns import Turns
from shared.client_words import NOTHING_SAID, ClientWords, read_client_words
from shared.errors import BirdsError, Code
from shared.photo import sniff
from shared.photo.litter import LITTER_KINDS
from shared.photo.meant import OTHER, begins_like_photo, has_meant_name, other_detail, suffix_of
from shared.records import OwnerId

Read = Callable[[], Awaitable[bytes]]


@dataclass(slots=True)
class ReceivedPhoto:
    """One photo in memory, fit to be stored; whoever has it releases its share."""

    name: str
    data: bytes
    sha256: bytes
    share: Share
    words: ClientWords = NOTHING_SAID


@dataclass(frozen=True, slots=True)
class Refused:
    """One file that is no good, and why."""

    name: str
    problem: BirdsError


@dataclass(frozen=True, slots=True)
class LeftOutEntry:
    """One entry of an archive that nobody means by photos; `kind` is one of `LITTER_KINDS`, or `OTHER`."""

    name: str
    kind: str

    @property
    def detail(self) -> str:
        if self.kind == OTHER:
            return other_detail(suffix_of(self.name))
        return f"It is passed over with {LITTER_KINDS[self.kind]}."


Received = ReceivedPhoto | Refused | LeftOutEntry


@dataclass(frozen=True, slots=True)
class FileLimits:
    max_bytes: int  # of a photo
    archive: ArchiveLimits


@dataclass(frozen=True, slots=True)
class Unpacking:
    """Where archives are unpacked: threads that wait for the network, and room for those that come whole.

    `turns`: as many places as there are threads.
    """

    threads: Executor
    spool: Spool
    turns: Turns


class FileReader:
    """Reads files out of one request."""

    def __init__(
        self,
        owner: OwnerId,
        limits: FileLimits,
        unpacking: Unpacking,
        inspection: HeaderInspection,
        new_share: Callable[[], Share],
    ) -> None:
        self._owner = owner
        self._limits = limits
        self._unpacking = unpacking
        self._inspection = inspection
        self._new_share = new_share

    async def all_of(self, parts: MultipartReader) -> AsyncGenerator[Received, None]:
        """Every file of a multipart body, in the order sent; what is said of an archive is of its photos."""
        while (part := await parts.next_file()) is not None:
            raw_name, fields = part
            try:
                words = read_client_words(fields) if fields else NOTHING_SAID
            except BirdsError as problem:
                yield Refused(clean_name(raw_name), problem)
                continue
            read = await _peeked(parts.read)
            if not sniff.is_archive(read.head):
                yield _with_words(await self._file(clean_name(raw_name), read), words)
                continue
            async with aclosing(self._unpacked(raw_name, read)) as entries:
                async for entry in entries:
                    yield _with_words(entry, words)

    async def photo(self, name: str, read: Read) -> ReceivedPhoto | Refused:
        """One photo; what `read` gives is read to its end, whatever comes of it."""
        share = self._new_share()
        try:
            data, sha256 = await self._collected(read, share)
            await self._inspection.check(self._owner, data)
            return ReceivedPhoto(name, data, sha256, share)
        except BirdsError as problem:
            share.release()
            while await read():
                pass
            return Refused(name, problem)
        except BaseException:
            share.release()
            raise

    async def _file(self, name: str, read: "_Peeked") -> ReceivedPhoto | Refused:
        """One that is no archive that we unpack."""
        problem = other_archive(read.head)
        if problem is None:
            return await self.photo(name, read)
        while await read():
            pass
        return Refused(name, problem)

    async def _collected(self, read: Read, share: Share) -> tuple[bytes, bytes]:
        pieces: list[bytes] = []
        size = 0
        digest = hashlib.sha256()
        while piece := await read():
            size += len(piece)
            if size > self._limits.max_bytes:
                raise BirdsError(Code.TOO_LARGE, f"A photo may have {self._limits.max_bytes:,} bytes.")
            await share.grow(len(piece))
            pieces.append(piece)
            digest.update(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces), digest.digest()

    async def _unpacked(self, raw_name: str, read: Read) -> AsyncGenerator[Received, None]:
        pieces = run_in_thread(
            self._unpacking.threads,
            read,
            lambda chunks: unpack(chunks, self._limits.archive, self._unpacking.spool),
        )
        try:
            async with self._unpacking.turns.one(self._owner), aclosing(pieces):
                async for piece in pieces:
                    yield await self._entry(entry_name(raw_name, piece.name), piece, pieces)
        except BirdsError as problem:
            yield Refused(clean_name(raw_name), problem)
        while await read():  # what follows the archive's end, or the point where it was given up
            pass

    async def _entry(self, name: str, first: Piece, rest: AsyncIterator[Piece]) -> Received:
        """One entry; raises what ended the whole archive in the middle of it."""
        if first.litter is not None:
            return LeftOutEntry(name, first.litter)
        if first.problem is not None:
            return Refused(name, first.problem)
        entry = _Entry(first, rest)
        found = await self._meant(name, await _peeked(entry.read))
        problem = entry.archive_problem or entry.problem
        if problem is not None and isinstance(found, ReceivedPhoto):
            found.share.release()
        if entry.archive_problem is not None:
            raise entry.archive_problem
        return Refused(name, problem) if problem and not isinstance(found, LeftOutEntry) else found

    async def _meant(self, name: str, read: "_Peeked") -> Received:
        """One of many, of which some may be no photos at all."""
        if has_meant_name(name) or begins_like_photo(read.head):
            return await self._file(name, read)
        while await read():
            pass
        return LeftOutEntry(name, OTHER)


def _with_words(file: Received, words: ClientWords) -> Received:
    if isinstance(file, ReceivedPhoto):
        file.words = words
    return file


class _Entry:
    """The pieces of one archive entry as a stream of bytes; what is wrong is known at its end."""

    def __init__(self, first: Piece, rest: AsyncIterator[Piece]) -> None:
        self._first: Piece | None = first
        self._rest = rest
        self._ended = False
        self.problem: BirdsError | None = None  # of this entry
        self.archive_problem: BirdsError | None = None

    async def read(self) -> bytes:
        while not self._ended:
            try:
                piece = await anext(self._rest) if self._first is None else self._first
            except BirdsError as problem:
                self._ended, self.archive_problem = True, problem
                break
            self._first = None
            self._ended, self.problem = piece.last, piece.problem
            if piece.data:
                return piece.data
        return b""


class _Peeked:
    """A stream whose first bytes were looked at."""

    def __init__(self, head: bytes, read: Read) -> None:
        self.head = head
        self._unread = head
        self._read = read

    async def __call__(self) -> bytes:
        if self._unread:
            head, self._unread = self._unread, b""
            return head
        return await self._read()


async def _peeked(read: Read) -> _Peeked:
    head = b""
    while len(head) < HEAD_BYTES and (more := await read()):
        head += more
    return _Peeked(head, read)
