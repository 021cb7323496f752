"""Presigned uploads: a file straight to object storage."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
from yarl import URL

from api.client.errors import ServerUnreachableError
from api.client.files import LocalFile
from api.client.receipts import UploadPlace
from api.client.transport import CONNECT_S, reachable

PUTS_AT_ONCE = 8  # enough to fill an uplink; each holds one block of its file
PUT_TRIES = 2  # whatever fails twice goes through the api
TOO_LARGE = 413  # says nothing of the next photo
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
                if not self.in_reach:
                    return False
                status = await self._try(file, place)
                if status is not None and status < 400:
                    return True
                if status == TOO_LARGE:
                    return False
        self.in_reach = False
        return False

    async def _try(self, file: LocalFile, place: UploadPlace) -> int | None:
        """The status of the answer, None if there was none."""
        url = URL(place["url"] or "", encoded=True)  # as it was signed
        body = _Body(file)
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Length": str(file.size),
            **(place["headers"] or {}),
        }
        try:
            with reachable(url.origin()):
                async with self._session.request(
                    place["method"] or "PUT",
                    url,
                    data=body.blocks(),
                    headers=headers,
                    timeout=STORAGE_TIMEOUT,
                ) as response:
                    return response.status
        except ServerUnreachableError:
            if body.error is not None:
                raise body.error from None
            return None


class _Body:
    """A file as a request's body. Keeps its error, which is not told from the connection's otherwise."""

    def __init__(self, file: LocalFile) -> None:
        self.error: OSError | None = None
        self._file = file

    async def blocks(self) -> AsyncIterator[bytes]:
        blocks = self._file.blocks()
        try:
            while block := await asyncio.to_thread(next, blocks, b""):
                yield block
        except OSError as error:
            self.error = error
            raise
