"""Exports on their way into files, and photos."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import BinaryIO

import aiohttp

from api.client.records import ExportFormat, License
from api.client.transport import CONNECT_S, Transport

BLOCK = 256 * 1024
READING_S = 900.0  # eBird's format says nothing until all that was reviewed is looked at
LEFT_OUT_HEADER = "X-Birds-Left-Out"
END = 1024  # bytes, in which the end of a zip stands with its comment
_BEFORE_COMMENT = 18  # bytes of it

LeftOutSaid = Callable[[str], None]
"""Hears how many photos and files a format can't tell of, then how many by reason: `12; no-place=12`."""


class Downloads:
    """The client's calls that fetch a batch's answers as files."""

    _transport: Transport

    def export(
        self,
        batch_id: str,
        format: ExportFormat = "csv",
        *,
        license: License | None = None,
        left_out: LeftOutSaid | None = None,
    ) -> AsyncIterator[bytes]:
        """The server's export in blocks, as it stands now; `left_out` hears what the format can't tell of."""
        params = _given(format=format, license=license)
        return _blocks(self._transport, f"v1/batches/{batch_id}/export", params, left_out)

    async def save_export(
        self,
        batch_id: str,
        file: BinaryIO,
        format: ExportFormat = "csv",
        *,
        license: License | None = None,
        left_out: LeftOutSaid | None = None,
    ) -> None:
        """The export into a file that can be rewound; begun anew where the connection breaks."""
        params = _given(format=format, license=license)
        await _save(self._transport, f"v1/batches/{batch_id}/export", params, file, left_out)

    async def save_handover(
        self,
        batch_id: str,
        file: BinaryIO,
        formats: Sequence[ExportFormat],
        license: License | None = None,
    ) -> None:
        """A zip of several exports of one moment, and their manifest, into a file that can be rewound."""
        params = _given(formats=",".join(formats), license=license)
        await _save(self._transport, f"v1/batches/{batch_id}/handover", params, file)

    async def image(self, photo_id: str) -> bytes:
        """The photo as it was sent."""
        return await _bytes(self._transport, f"v1/photos/{photo_id}/image")

    async def thumbnail(self, photo_id: str) -> bytes:
        """The photo as a small JPEG, upright."""
        return await _bytes(self._transport, f"v1/photos/{photo_id}/thumbnail")


def _given(**params: str | None) -> dict[str, str]:
    return {name: value for name, value in params.items() if value is not None}


async def _bytes(transport: Transport, path: str) -> bytes:
    async def download() -> bytes:
        async with transport.request("GET", path) as response:
            return await response.read()

    return await transport.patience.keep_trying(download)


async def _blocks(
    transport: Transport, path: str, params: dict[str, str], left_out: LeftOutSaid | None
) -> AsyncIterator[bytes]:
    patient = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=READING_S)
    async with transport.request("GET", path, params=params, timeout=patient) as response:
        said = response.headers.get(LEFT_OUT_HEADER)
        end = b""
        async for block in response.content.iter_chunked(BLOCK):
            end = (end + block)[-END:]
            yield block
        if said is None and response.content_type == "application/zip":
            said = _comment(end)
        if said and left_out is not None:
            left_out(said)


def _comment(end: bytes) -> str:
    """Of a zip that ends so: what it can't tell of, where it was begun before that was known."""
    _, there, directory = end.rpartition(b"PK\x05\x06")
    return directory[_BEFORE_COMMENT:].decode("ascii", "replace") if there else ""


async def _save(
    transport: Transport,
    path: str,
    params: dict[str, str],
    file: BinaryIO,
    left_out: LeftOutSaid | None = None,
) -> None:
    """Into a file that can be rewound; begun anew where the connection breaks."""

    async def download() -> None:
        file.seek(0)
        file.truncate()
        async for block in _blocks(transport, path, params, left_out):
            await asyncio.to_thread(file.write, block)

    await transport.patience.keep_trying(download)
