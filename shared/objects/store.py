"""Object storage: any S3 server. Whatever its drivers raise leaves here as `StorageAway`.

The minio SDK makes the bucket, lists and removes; the bytes of photos travel through aiohttp by signed URLs,
which streams without a thread per transfer and costs a third of the processor time.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import aiohttp
import certifi
import urllib3
from minio import Minio
from minio.deleteobjects import DeleteObject
from minio.error import MinioException
from urllib3.exceptions import HTTPError
from yarl import URL

from shared.errors import BirdsError, Code, StorageAway, StorageFull
from shared.objects.signing import UrlSigner
from shared.patience import Patience
from shared.records import FIRST, PREFIXES
from shared.settings import ObjectStoreSettings

T = TypeVar("T")

AWAY = (aiohttp.ClientError, TimeoutError, OSError)
SDK_AWAY = (MinioException, HTTPError)  # no OSError: that is a file of ours

SDK_SILENCE_S = 30.0  # to remove a thousand objects takes some seconds, and nothing is said meanwhile
SDK_CONNECTIONS = 10  # threads that call it wait rather than open more
CONNECTIONS = 64  # at most this many transfers at once from one process
CONNECT_S = 5.0
TRANSFER_S = 300.0
SIGNATURE_LIFETIME_S = 900  # of a request we make ourselves at once
TRIES = 4  # an S3 server answers 5xx when it is busy and asks for patience
BUSY_S = (0.1, 1.0)  # the first and the longest pause between tries
DELETE_AT_ONCE = 1000  # the S3 limit of one multi-object delete
PROBE = "probe"  # key of what is put to see whether anything is taken again
PROBE_BYTES = 256 * 1024  # a disk that is full often has room for less
NO_SPACE = 507
INTERNAL_ERROR = 500  # all that rclone says of a full disk
# S3's codes for it: MinIO's, and those of a quota in Ceph, MinIO and others.
NO_SPACE_CODES = (b"StorageFull", b"QuotaExceeded")
NO_BUCKET = b"NoSuchBucket"  # S3's code in the body of a 404; without a body, one has to ask


class ObjectStore:
    """One bucket. Raises `missing-object` where there is no such object, StorageAway after some tries.

    A missing bucket is not a missing object: no photo is to blame for it, so it is StorageAway too.
    """

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
        self._refused = False  # what was put last, for want of space as far as one can know

    async def ensure_bucket(self) -> None:
        """Make the bucket if it is missing, and what it begins with."""
        if not await _in_thread(lambda: self._client.bucket_exists(self._bucket)):
            await _in_thread(lambda: self._client.make_bucket(self._bucket))
        elif await self.size(f"{PREFIXES[-1]}{FIRST}") is not None:
            return
        # Servers that keep prefixes as folders answer 500 to concurrent first writes into a new one.
        for prefix in PREFIXES:
            await self.put(f"{prefix}{FIRST}", b"")

    async def check(self) -> None:
        """Raises StorageAway, after one try, if the bucket can't be used now."""
        with _translated():
            async with self._session.head(self._sign("HEAD", "")) as response:
                response.raise_for_status()
        await self.check_takes()

    async def clock(self) -> float:
        """Seconds since 1970 by the server's clock, to the second. Raises StorageAway."""
        with _translated():
            async with self._session.head(self._sign("HEAD", "")) as response:
                response.raise_for_status()
                said = parsedate_to_datetime(response.headers["Date"])
        return said.timestamp()

    async def check_takes(self) -> None:
        """Raises StorageAway while nothing can be put; asks by putting something, once a put was refused."""
        if not self._refused:
            return
        with _translated():
            await self._put(PROBE, bytes(PROBE_BYTES))
            async with self._session.delete(self._sign("DELETE", PROBE)):
                pass  # where it stays, it is one small object

    async def put(self, key: str, data: bytes, content_type: str = "application/octet-stream") -> None:
        await _patiently(lambda: self._put(key, data, content_type))

    async def _put(self, key: str, data: bytes, content_type: str = "application/octet-stream") -> None:
        headers = {"Content-Type": content_type}
        async with self._session.put(self._sign("PUT", key), data=data, headers=headers) as response:
            if response.ok:
                self._refused = False
                return
            said = await response.read()
            if response.status == NO_SPACE or any(code in said for code in NO_SPACE_CODES):
                self._refused = True
                raise StorageFull("it has no space left")
            self._refused = response.status == INTERNAL_ERROR
            response.raise_for_status()

    async def get(self, key: str, max_bytes: int | None = None) -> bytes:
        """The whole object; raises `too-large` over `max_bytes` without reading it."""

        async def fetch() -> bytes:
            async with self._session.get(self._sign("GET", key)) as response:
                await self._check(response)
                if max_bytes is not None and (response.content_length or 0) > max_bytes:
                    raise BirdsError(Code.TOO_LARGE, f"It is over {max_bytes} bytes.")
                return await response.read()

        return await _patiently(fetch)

    @asynccontextmanager
    async def open(self, key: str) -> AsyncIterator["ObjectStream"]:
        """The object as a stream; what is read of it raises StorageAway too."""
        with _translated():
            response = await self._session.get(self._sign("GET", key))
        async with response:  # what goes wrong from here on may be the reader's own
            with _translated():
                await self._check(response)
            yield ObjectStream(response.content)

    async def size(self, key: str) -> int | None:
        """Its size in bytes, or None where there is no such object."""

        async def ask() -> int | None:
            async with self._session.head(self._sign("HEAD", key)) as response:
                if response.status == 404:  # and nothing is said of what is missing
                    await self.check()
                    return None
                response.raise_for_status()
                return response.content_length

        return await _patiently(ask)

    async def copy(self, source: str, key: str) -> None:
        """Within the bucket, by the server itself."""
        headers = {"x-amz-copy-source": f"/{self._bucket}/{source}"}

        async def copy() -> None:
            url = URL(self._signer.url("PUT", key, SIGNATURE_LIFETIME_S, headers=headers), encoded=True)
            async with self._session.put(url, headers=headers) as response:
                await self._check(response)
                if b"<Error>" in await response.read():  # S3 begins to answer before it knows
                    raise aiohttp.ClientPayloadError

        await _patiently(copy)

    async def stale(self, prefix: str, older_than_s: float) -> list[str]:
        """Keys that begin with `prefix` and were put that long ago, by the server's own clock."""

        def collect() -> list[str]:
            before = datetime.now(UTC) - timedelta(seconds=older_than_s)
            found = self._client.list_objects(self._bucket, prefix=prefix, recursive=True)
            return [
                item.object_name
                for item in found
                if item.object_name and item.last_modified and item.last_modified < before
            ]

        return await _in_thread(collect)

    async def remove(self, keys: Iterable[str]) -> None:
        """Remove objects; one that is not there is no error. Raises StorageAway if one could not go."""
        wanted = [DeleteObject(key) for key in keys]

        def delete(part: list[DeleteObject]) -> bool:
            failed = self._client.remove_objects(self._bucket, part)
            return all(error.code == "NoSuchKey" for error in failed)

        for start in range(0, len(wanted), DELETE_AT_ONCE):
            if not await _in_thread(partial(delete, wanted[start : start + DELETE_AT_ONCE])):
                raise StorageAway("it kept some objects")

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

    def upload_url(self, key: str, size: int, lifetime: timedelta) -> str:
        """Where a client may PUT an object of `size` bytes for `lifetime`, at the address that clients reach.

        The length is signed as a header that every client sends by itself. A digest is not: what is signed
        has to be sent, not every store looks at it, and who reads the bytes compares it anyway.
        """
        signed = {"content-length": str(size)}
        return self._public_signer.url("PUT", key, int(lifetime.total_seconds()), headers=signed)

    async def _check(self, response: aiohttp.ClientResponse) -> None:
        """Raises `missing-object`, or what `_translated` makes StorageAway of."""
        if response.status == 404 and NO_BUCKET not in await response.read():
            raise BirdsError(Code.MISSING_OBJECT, "The photo's bytes are not in object storage.")
        response.raise_for_status()

    def _sign(self, method: str, key: str) -> URL:
        return URL(self._signer.url(method, key, SIGNATURE_LIFETIME_S), encoded=True)  # as it was signed


class ObjectStream:
    """The bytes of one object as they come."""

    def __init__(self, content: aiohttp.StreamReader) -> None:
        self._content = content

    async def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end."""
        with _translated():
            return await self._content.read(size)

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        """The rest, at most `size` bytes at a time."""
        while chunk := await self.read(size):
            yield chunk


@contextmanager
def _translated(away: tuple[type[Exception], ...] = AWAY) -> Iterator[None]:
    try:
        yield
    except away as error:
        raise StorageAway(_told(error)) from error


def _told(error: Exception) -> str:
    """What went wrong, without the address, which holds a signature."""
    if isinstance(error, aiohttp.ClientResponseError):
        return f"HTTP status {error.status}"
    return type(error).__name__


async def _patiently(attempt: Callable[[], Awaitable[T]]) -> T:
    """Try again with growing pauses while the server is away or busy."""
    patience = Patience(*BUSY_S)
    for _ in range(TRIES - 1):
        try:
            return await attempt()
        except aiohttp.ClientResponseError as error:
            if error.status < 500 and error.status != 429:  # patience changes nothing
                raise StorageAway(_told(error)) from error
        except AWAY:
            pass  # tried again below; the last try reports
        await patience.pause()
    with _translated():
        return await attempt()


async def _in_thread(call: Callable[[], T]) -> T:
    """A call of the SDK, which tries again by itself."""
    with _translated(SDK_AWAY):
        return await asyncio.to_thread(call)


def _minio(endpoint: str, settings: ObjectStoreSettings) -> Minio:
    parts = urlsplit(endpoint)
    return Minio(
        parts.netloc,
        access_key=settings.s3_access_key.get_secret_value(),
        secret_key=settings.s3_secret_key.get_secret_value(),
        region=settings.s3_region,
        secure=parts.scheme == "https",
        http_client=_sdk_connections(),
    )


def _sdk_connections() -> urllib3.PoolManager:
    """As the SDK makes them, which waits five minutes for an answer, five times."""
    return urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=CONNECT_S, read=SDK_SILENCE_S),
        maxsize=SDK_CONNECTIONS,
        cert_reqs="CERT_REQUIRED",
        ca_certs=os.environ.get("SSL_CERT_FILE") or certifi.where(),
        retries=urllib3.Retry(total=TRIES - 1, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
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
    timeout = aiohttp.ClientTimeout(TRANSFER_S, sock_connect=CONNECT_S, sock_read=settings.s3_silence_s)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, auto_decompress=False) as session:
        yield ObjectStore(client, signer, public_signer, session, settings.s3_bucket)
