"""Presigned uploads: a file straight to object storage."""

import asyncio

import aiohttp
from yarl import URL

from api.client.errors import ServerUnreachableError
from api.client.files import LocalFile
from api.client.records import UploadPlace
from api.client.transport import CONNECT_S, reachable

PUTS_AT_ONCE = 8  # enough to fill an uplink; each holds one block of its file
PUT_TRIES = 2  # whatever fails twice goes through the api
STORAGE_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=60)


class Storage:
    """Puts files where the server said. Once that fails, `in_reach` is False for good."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.in_reach = True
        self._session = session
        self._slots = asyncio.Semaphore(PUTS_AT_ONCE)

    async def put(self, file: LocalFile, place: UploadPlace) -> bool:
        """Whether the file is there now. Raises OSError if the file can't be read."""
        async with self._slots:
            for _ in range(PUT_TRIES):
                if self.in_reach and await self._try(file, place):
                    return True
        self.in_reach = False
        return False

    async def _try(self, file: LocalFile, place: UploadPlace) -> bool:
        url = URL(place["url"] or "", encoded=True)  # as it was signed
        headers = {"Content-Type": "application/octet-stream", **(place["headers"] or {})}
        with await asyncio.to_thread(file.open) as stream:
            try:
                with reachable(url.origin()):
                    async with self._session.request(
                        place["method"] or "PUT", url, data=stream, headers=headers, timeout=STORAGE_TIMEOUT
                    ) as response:
                        return response.ok
            except ServerUnreachableError:
                return False
