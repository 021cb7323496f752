"""How photos get in: as `birds` sends them, each by a URL of its own (presigned), or a request each."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from scripts.benchmark.system import Stack

GROUP = 100  # announced at once, as `birds` does
AT_ONCE = 16  # requests
KIND = "image/jpeg"


class WayIn(StrEnum):
    BIRDS = "as birds sends them"
    PRESIGNED = "each by a presigned URL"
    SINGLE = "a request each"


Send = Callable[[str, Sequence[Path]], Coroutine[Any, Any, None]]
"""Told a batch and its photos; returns once all are taken in."""


@asynccontextmanager
async def sender(way: WayIn, stack: Stack) -> AsyncIterator[Send]:
    """Of a client that does no more than the interface asks for."""
    headers = {"Authorization": f"Bearer {stack['key']}"}
    async with (
        aiohttp.ClientSession(stack["url"], headers=headers, raise_for_status=True) as api,
        aiohttp.ClientSession(raise_for_status=True) as storage,
    ):
        client = _Client(api, storage)
        yield client.presigned if way is WayIn.PRESIGNED else client.single


class _Client:
    def __init__(self, api: aiohttp.ClientSession, storage: aiohttp.ClientSession) -> None:
        self._api = api
        self._storage = storage

    async def single(self, batch_id: str, files: Sequence[Path]) -> None:
        async def send(file: Path) -> None:
            form = aiohttp.FormData()
            form.add_field("photo", file.read_bytes(), filename=file.name, content_type=KIND)
            await self._told(f"/v1/batches/{batch_id}/photos", data=form)

        await _some_at_once(AT_ONCE, (send(file) for file in files))

    async def presigned(self, batch_id: str, files: Sequence[Path]) -> None:
        """One group is announced while others are sent."""
        groups = [files[start : start + GROUP] for start in range(0, len(files), GROUP)]
        turn = asyncio.Semaphore(AT_ONCE)
        await _some_at_once(2, (self._group(f"/v1/batches/{batch_id}/uploads", one, turn) for one in groups))

    async def _group(self, path: str, files: Sequence[Path], turn: asyncio.Semaphore) -> None:
        pictures = [file.read_bytes() for file in files]
        announced = [
            {"name": file.name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for file, data in zip(files, pictures, strict=True)
        ]
        places = (await self._told(path, json={"files": announced}))["files"]

        async def put(place: Any, data: bytes) -> None:
            async with (
                turn,
                self._storage.put(URL(place["url"], encoded=True), data=data, headers=place["headers"]),
            ):
                pass

        await asyncio.gather(*map(put, places, pictures))
        receipt = await self._told(
            f"{path}/complete", json={"photo_ids": [place["photo_id"] for place in places]}
        )
        if receipt["rejected"]:
            raise RuntimeError(f"not taken in: {receipt['rejected'][0]}")

    async def _told(self, path: str, **what: Any) -> Any:
        async with self._api.post(path, **what) as response:
            return await response.json()


async def _some_at_once(count: int, works: Iterable[Coroutine[Any, Any, None]]) -> None:
    waiting = iter(works)

    async def work() -> None:
        for one in waiting:
            await one

    await asyncio.gather(*(work() for _ in range(count)))
