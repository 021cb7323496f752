"""multipart/form-data of files, encoded while it is sent (streamed), so that memory stays flat."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from urllib.parse import quote

from api.client.files import BLOCK_BYTES, LocalFile

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._-/()")


class PhotoForm:
    """A form with one part for each file. A file that can't be read is left out and noted in `unreadable`.

    What was sent can't be taken back: where the reading of a file fails after its part was begun, the body
    ends with that error, and the request with it. Sent again, it goes without that file.
    """

    def __init__(self, files: Sequence[LocalFile], tell_bytes: Callable[[int], None]) -> None:
        self.unreadable: dict[LocalFile, OSError] = {}
        self._files = files
        self._tell_bytes = tell_bytes
        self._boundary = secrets.token_hex(16)

    @property
    def headers(self) -> dict[str, str]:
        return {"Content-Type": f"multipart/form-data; boundary={self._boundary}"}

    async def body(self) -> AsyncIterator[bytes]:
        """The encoded form; may be asked for again where a request is repeated. Raises OSError."""
        blocks = _joined(self._parts())
        while block := await asyncio.to_thread(next, blocks, b""):
            yield block
            self._tell_bytes(len(block))

    def _parts(self) -> Iterator[bytes]:
        for file in self._files:
            if file not in self.unreadable:
                yield from self._part(file)
        yield f"--{self._boundary}--\r\n".encode()

    def _part(self, file: LocalFile) -> Iterator[bytes]:
        blocks = file.blocks()
        try:
            first = next(blocks, b"")
        except OSError as error:
            self.unreadable[file] = error
            return
        yield self._head(file.name)
        yield first
        try:
            yield from blocks
        except OSError as error:
            self.unreadable[file] = error
            raise
        yield b"\r\n"

    def _head(self, name: str) -> bytes:
        # A quoted name may hold only what needs no quoting in any parser; others travel percent-encoded.
        plain = _PLAIN.issuperset(name)
        filename = f'filename="{name}"' if plain else f"filename*=UTF-8''{quote(name, safe='')}"
        return (
            f'--{self._boundary}\r\nContent-Disposition: form-data; name="photo"; {filename}\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()


def _joined(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks of about `BLOCK_BYTES`."""
    block = bytearray()
    for piece in pieces:
        block += piece
        if len(block) >= BLOCK_BYTES:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)
