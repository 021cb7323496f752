"""Exports on their way into files."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import BinaryIO

from api.client.transport import Transport

BLOCK = 256 * 1024
LEFT_OUT_HEADER = "X-Birds-Left-Out"

LeftOutSaid = Callable[[str], None]
"""Hears how many photos and files a format can't tell of, then how many by reason: `12; no-place=12`."""


async def blocks(
    transport: Transport, path: str, params: dict[str, str], left_out: LeftOutSaid | None
) -> AsyncIterator[bytes]:
    async with transport.request("GET", path, params=params) as response:
        said = response.headers.get(LEFT_OUT_HEADER)
        if said is not None and left_out is not None:
            left_out(said)
        async for block in response.content.iter_chunked(BLOCK):
            yield block


async def save(
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
        async for block in blocks(transport, path, params, left_out):
            await asyncio.to_thread(file.write, block)

    await transport.patience.keep_trying(download)
