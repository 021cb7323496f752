"""Reads multipart/form-data as a stream, piece by piece.

aiohttp's reader costs more processor time a part than all the rest of taking a small photo in.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from email.message import Message
from urllib.parse import unquote

from shared.errors import BirdsError, Code

MAX_HEADER_BYTES = 16 * 1024  # of one part; a name of 512 characters takes 2 kB
PARTS_AT_ONCE = 64  # read before others run: some milliseconds
MAX_BOUNDARY = 70  # RFC 2046

ABOUT_FILES = frozenset(("client_id", "metadata"))
"""Fields that are said of the next file."""
MAX_FIELD_BYTES = 128 * 1024  # metadata of which every character is written as two escaped ones

_DISPOSITION = re.compile(r"^content-disposition:[^\r\n]*", re.IGNORECASE | re.MULTILINE)
_EXTENDED = re.compile(r";\s*filename\*\s*=\s*([\w-]*)'[^']*'([^;\s]+)", re.IGNORECASE)
_LATIN = (
    "iso-8859-1"  # beside UTF-8 the only set that RFC 5987 knows; Python's others can raise, or take long
)
_PLAIN = re.compile(r';\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))', re.IGNORECASE)
_FIELD = re.compile(r';\s*name\s*=\s*(?:"([^"]*)"|([^;\s]+))', re.IGNORECASE)
_WHOLLY_ENCODED = re.compile(r"(?:[\w.~-]|%[0-9A-Fa-f]{2})+", re.ASCII)
_BROWSERS_ENCODE = re.compile(r"%(22|0D|0A)", re.IGNORECASE)


def boundary_of(content_type: str) -> bytes:
    """The boundary of a multipart/form-data body. Raises `unsupported-media-type`, `invalid-request`."""
    header = Message()
    header["Content-Type"] = content_type
    try:
        kind, boundary = header.get_content_type(), header.get_boundary() or ""
    except UnicodeError:  # in a character set that can't be decoded, or none
        kind, boundary = "multipart/form-data", ""
    if kind != "multipart/form-data":
        raise BirdsError(Code.UNSUPPORTED_MEDIA_TYPE, "Send photos as multipart/form-data.")
    if not boundary.isascii() or not 0 < len(boundary) <= MAX_BOUNDARY:
        raise BirdsError(Code.INVALID_REQUEST, "The Content-Type names no valid boundary.")
    return boundary.encode()


class MultipartReader:
    """`next_file`, then `read` until it gives nothing; what is left unread of a part is skipped.

    Raises `invalid-request` where the body is no multipart body, and whatever `read` of the body raises.
    """

    def __init__(self, read: Callable[[], Awaitable[bytes]], boundary: bytes) -> None:
        """`read` gives the next bytes of the body, of any number; none at its end."""
        self._read_body = read
        self._delimiter = b"\r\n--" + boundary
        self._data = b"\r\n"  # the first delimiter may stand without the line break before it
        self._at = 0
        self._parts = 0
        self._in_part = True  # what stands before the first delimiter is skipped like a part

    async def next_file(self) -> tuple[str, dict[str, bytes]] | None:
        """The name of the next file, empty if it has none, and the fields before it that are said of it; None
        after the last part."""
        fields: dict[str, bytes] = {}
        while (header := await self._next_part()) is not None:
            name = file_name(header)
            field = "" if name else _field(header)
            if field not in ABOUT_FILES:
                return name, fields
            fields[field] = await self._value()
        return None

    async def _value(self) -> bytes:
        """Of a field; of one that is too long to be good the beginning."""
        value = b""
        while piece := await self.read():
            value += piece[: MAX_FIELD_BYTES - len(value)]
        return value

    async def _next_part(self) -> str | None:
        while await self.read():
            pass
        self._parts += 1
        if self._parts % PARTS_AT_ONCE == 0:  # tiny ones come without a wait that would let others run
            await asyncio.sleep(0)
        while len(self._data) - self._at < 2:
            await self._fill()
        if self._data.startswith(b"--", self._at):
            return None
        header = await self._header()
        self._in_part = True
        return header

    async def read(self) -> bytes:
        """The next bytes of this part; none at its end."""
        while self._in_part:
            end = self._data.find(self._delimiter, self._at)
            if end >= 0:
                piece, self._at = self._data[self._at : end], end + len(self._delimiter)
                self._in_part = False
                return piece
            # The last bytes may be the beginning of a delimiter.
            certain = len(self._data) - len(self._delimiter) + 1
            if certain > self._at:
                piece, self._at = self._data[self._at : certain], certain
                return piece
            await self._fill()
        return b""

    async def _header(self) -> str:
        while (end := self._data.find(b"\r\n\r\n", self._at)) < 0:
            if len(self._data) - self._at > MAX_HEADER_BYTES:
                raise BirdsError(Code.INVALID_REQUEST, "The header of a part is too long.")
            await self._fill()
        header, self._at = self._data[self._at : end], end + 4
        return header.decode(errors="replace")

    async def _fill(self) -> None:
        more = await self._read_body()
        if not more:
            raise BirdsError(Code.INVALID_REQUEST, "The multipart body ends before its last boundary.")
        self._data = self._data[self._at :] + more
        self._at = 0


def _field(header: str) -> str:
    """What a part is called that is no file."""
    disposition = _DISPOSITION.search(header)
    found = None if disposition is None else _FIELD.search(disposition[0])
    return "" if found is None else found[1] or found[2]


def file_name(header: str) -> str:
    """What a part's header calls its file, in any of the ways that browsers and libraries write it."""
    disposition = _DISPOSITION.search(header)
    if disposition is None:
        return ""
    if found := _EXTENDED.search(disposition[0]):
        encoding = "latin-1" if found[1].lower() == _LATIN else "utf-8"
        return unquote(found[2], encoding=encoding, errors="replace")
    found = _PLAIN.search(disposition[0])
    if found is None:
        return ""
    name = re.sub(r'\\(["\\])', r"\1", found[1]) if found[1] is not None else found[2]
    if _WHOLLY_ENCODED.fullmatch(name):  # aiohttp's client encodes all, browsers quotes and line breaks
        return unquote(name, errors="replace")
    return _BROWSERS_ENCODE.sub(lambda match: unquote(match[0]), name)
