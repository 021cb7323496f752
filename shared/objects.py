"""Object storage: any S3 server.

The minio SDK makes the bucket, lists and removes; the bytes of photos travel through aiohttp by signed URLs,
which streams without a thread per transfer and costs a third of the processor time.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import aiohttp
from minio import Minio
from minio.deleteobjects import DeleteObject
from minio.error import MinioException
from urllib3.exceptions import HTTPError
from yarl import URL

from shared.errors import BirdsError, Code
from shared.records import PREFIXES
from shared.settings import ObjectStoreSettings
from shared.signing import UrlSigner

T = TypeVar("T")

CONNECTIONS = 64  # at most this many transfers at once from one process
TRANSFER_TIMEOUT = aiohttp.ClientTimeout(total=300, sock_connect=5, sock_read=60)
SIGNATURE_LIFETIME_S = 900  # of a request we make ourselves at once
TRIES = 4  # an S3 server answers 5xx when it is busy and asks for patience
FIRST_RETRY_S = 0.1
DELETE_AT_ONCE = 1000  # the S3 limit of one multi-object delete


class ObjectStore:
    """One bucket. Errors: `missing-object` where there is no such object, `unavailable` after some tries."""

    def __init__(
        self,
        client: Minio,
        signer: UrlSigner,
        public_signer: UrlSigner,
        session: aiohttp.ClientSession,
        bucket: str,
    ) -> None:
        self._client = client
        self._signer = signer
        self._public_signer = public_signer
        self._session = session
        self._bucket = bucket

    async def ensure_bucket(self) -> None:
        """Make the bucket if it is missing."""
        if await asyncio.to_thread(self._client.bucket_exists, self._bucket):
            return
        await asyncio.to_thread(self._client.make_bucket, self._bucket)
        # Servers that keep prefixes as folders answer 500 to concurrent first writes into a new one.
        for prefix in PREFIXES:
            await self.put(f"{prefix}.first", b"")

    async def put(self, key: str, data: bytes, content_type: str = "application/octet-stream") -> None:
        async def send() -> None:
            headers = {"Content-Type": content_type}
            async with self._session.put(self._sign("PUT", key), data=data, headers=headers) as response:
                _check(response, key)

        await _patiently(send)

    async def get(self, key: str, max_bytes: int | None = None) -> bytes:
        """The whole object; raises `too-large` over `max_bytes` without reading it."""

        async def fetch() -> bytes:
            async with self._session.get(self._sign("GET", key)) as response:
                _check(response, key)
                if max_bytes is not None and (response.content_length or 0) > max_bytes:
                    raise BirdsError(Code.TOO_LARGE, f"over {max_bytes} bytes")
                return await response.read()

        return await _patiently(fetch)

    @asynccontextmanager
    async def open(self, key: str) -> AsyncIterator[aiohttp.StreamReader]:
        """The object as a stream."""
        try:
            response = await self._session.get(self._sign("GET", key))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _unavailable(error) from error
        async with response:  # what goes wrong from here on may be the reader's own
            if response.status >= 500:
                raise BirdsError(Code.UNAVAILABLE, "object storage is busy; try again")
            _check(response, key)
            yield response.content

    async def size(self, key: str) -> int | None:
        """Its size in bytes, or None where there is no such object."""

        async def ask() -> int | None:
            async with self._session.head(self._sign("HEAD", key)) as response:
                if response.status == 404:
                    return None
                _check(response, key)
                return response.content_length

        return await _patiently(ask)

    async def remove(self, keys: Iterable[str]) -> None:
        """Remove objects; one that is not there is no error. Raises `unavailable` if one could not go."""
        wanted = [DeleteObject(key) for key in keys]

        def delete(part: list[DeleteObject]) -> bool:
            failed = self._client.remove_objects(self._bucket, part)
            return all(error.code == "NoSuchKey" for error in failed)

        for start in range(0, len(wanted), DELETE_AT_ONCE):
            if not await _in_thread(partial(delete, wanted[start : start + DELETE_AT_ONCE])):
                raise BirdsError(Code.UNAVAILABLE, "object storage kept some objects; try again")

    async def keys(self, prefix: str) -> list[str]:
        """All keys that begin with `prefix`."""

        def collect() -> list[str]:
            found = self._client.list_objects(self._bucket, prefix=prefix, recursive=True)
            return [item.object_name for item in found if item.object_name]

        return await _in_thread(collect)

    async def get_file(self, key: str, path: Path) -> None:
        """Download to `path` without holding it in memory."""
        async with self.open(key) as stream:
            with path.open("wb") as file:
                async for chunk in stream.iter_chunked(1024 * 1024):
                    await asyncio.to_thread(file.write, chunk)

    async def put_file(self, key: str, path: Path, content_type: str = "application/octet-stream") -> None:
        """Upload a file, in parts where it is large."""
        await _in_thread(
            lambda: self._client.fput_object(self._bucket, key, str(path), content_type=content_type)
        )

    def upload_url(self, key: str, lifetime: timedelta) -> str:
        """Where a client may PUT this object for `lifetime`, at the address that clients reach."""
        return self._public_signer.url("PUT", key, int(lifetime.total_seconds()))

    def _sign(self, method: str, key: str) -> URL:
        return URL(self._signer.url(method, key, SIGNATURE_LIFETIME_S), encoded=True)  # as it was signed


def _check(response: aiohttp.ClientResponse, key: str) -> None:
    if response.status == 404:
        raise BirdsError(Code.MISSING_OBJECT, "the photo's bytes are not in object storage")
    response.raise_for_status()


async def _patiently(attempt: Callable[[], Awaitable[T]]) -> T:
    """Try again with growing pauses while the server is away or busy."""
    retry_s = FIRST_RETRY_S
    for _ in range(TRIES - 1):
        try:
            return await attempt()
        except aiohttp.ClientResponseError as error:
            if error.status < 500 and error.status != 429:
                raise _unavailable(error) from error
        except (aiohttp.ClientError, TimeoutError, OSError):
            pass  # tried again below; the last try reports
        await asyncio.sleep(retry_s)
        retry_s *= 3
    try:
        return await attempt()
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise _unavailable(error) from error


async def _in_thread(call: Callable[[], T]) -> T:
    """A call of the SDK, which tries again by itself."""
    try:
        return await asyncio.to_thread(call)
    except (MinioException, HTTPError) as error:
        raise _unavailable(error) from error


def _unavailable(error: Exception) -> BirdsError:
    return BirdsError(Code.UNAVAILABLE, f"object storage does not answer ({type(error).__name__}); try again")


def _minio(endpoint: str, settings: ObjectStoreSettings) -> Minio:
    parts = urlsplit(endpoint)
    return Minio(
        parts.netloc,
        access_key=settings.s3_access_key.get_secret_value(),
        secret_key=settings.s3_secret_key.get_secret_value(),
        region=settings.s3_region,
        secure=parts.scheme == "https",
    )


def _signer(endpoint: str, settings: ObjectStoreSettings) -> UrlSigner:
    return UrlSigner(
        endpoint,
        settings.s3_bucket,
        settings.s3_region,
        settings.s3_access_key.get_secret_value(),
        settings.s3_secret_key.get_secret_value(),
    )


@asynccontextmanager
async def open_object_store(settings: ObjectStoreSettings) -> AsyncIterator[ObjectStore]:
    """The bucket of these settings; nothing is contacted yet."""
    client = _minio(settings.s3_endpoint, settings)
    signer = _signer(settings.s3_endpoint, settings)
    public_signer = _signer(settings.s3_public_endpoint or settings.s3_endpoint, settings)
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    async with aiohttp.ClientSession(
        connector=connector, timeout=TRANSFER_TIMEOUT, auto_decompress=False
    ) as session:
        yield ObjectStore(client, signer, public_signer, session, settings.s3_bucket)
