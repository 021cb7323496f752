"""Object storage: any S3 server. Whatever its drivers raise leaves here as `StorageAway`.

The minio SDK makes the bucket, lists and removes; the bytes of photos travel through aiohttp by signed URLs,
which streams without a thread per transfer and costs a third of the processor time.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path

import aiohttp
from minio import Minio
from minio.deleteobjects import DeleteObject
from yarl import URL

from shared.errors import BirdsError, Code, StorageAway, StorageFull
from shared.objects.door import in_thread, patiently, translated
from shared.objects.signing import UrlSigner
from shared.records import FIRST, PREFIXES

SIGNATURE_LIFETIME_S = 900  # of a request we make ourselves at once
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
        if not await in_thread(lambda: self._client.bucket_exists(self._bucket)):
            await in_thread(lambda: self._client.make_bucket(self._bucket))
        elif await self.size(f"{PREFIXES[-1]}{FIRST}") is not None:
            return
        # Servers that keep prefixes as folders answer 500 to concurrent first writes into a new one.
        for prefix in PREFIXES:
            await self.put(f"{prefix}{FIRST}", b"")

    async def check(self) -> None:
        """Raises StorageAway, after one try, if the bucket can't be used now."""
        with translated():
            async with self._session.head(self._sign("HEAD", "")) as response:
                response.raise_for_status()
        await self.check_takes()

    async def clock(self) -> float:
        """Seconds since 1970 by the server's clock, to the second. Raises StorageAway."""
        with translated():
            async with self._session.head(self._sign("HEAD", "")) as response:
                response.raise_for_status()
                said = parsedate_to_datetime(response.headers["Date"])
        return said.timestamp()

    async def check_takes(self) -> None:
        """Raises StorageAway while nothing can be put; asks by putting something, once a put was refused."""
        if not self._refused:
            return
        with translated():
            await self._put(PROBE, bytes(PROBE_BYTES))
            async with self._session.delete(self._sign("DELETE", PROBE)):
                pass  # where it stays, it is one small object

    async def put(self, key: str, data: bytes, content_type: str = "application/octet-stream") -> None:
        await patiently(lambda: self._put(key, data, content_type))

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

        return await patiently(fetch)

    @asynccontextmanager
    async def open(self, key: str) -> AsyncIterator["ObjectStream"]:
        """The object as a stream; what is read of it raises StorageAway too."""
        with translated():
            response = await self._session.get(self._sign("GET", key))
        async with response:  # what goes wrong from here on may be the reader's own
            with translated():
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

        return await patiently(ask)

    async def copy(self, source: str, key: str) -> None:
        """Within the bucket, by the server itself."""
        headers = {"x-amz-copy-source": f"/{self._bucket}/{source}"}

        async def copy() -> None:
            url = URL(self._signer.url("PUT", key, SIGNATURE_LIFETIME_S, headers=headers), encoded=True)
            async with self._session.put(url, headers=headers) as response:
                await self._check(response)
                if b"<Error>" in await response.read():  # S3 begins to answer before it knows
                    raise aiohttp.ClientPayloadError

        await patiently(copy)

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

        return await in_thread(collect)

    async def remove(self, keys: Iterable[str]) -> None:
        """Remove objects; one that is not there is no error. Raises StorageAway if one could not go."""
        wanted = [DeleteObject(key) for key in keys]

        def delete(part: list[DeleteObject]) -> bool:
            failed = self._client.remove_objects(self._bucket, part)
            return all(error.code == "NoSuchKey" for error in failed)

        for start in range(0, len(wanted), DELETE_AT_ONCE):
            if not await in_thread(partial(delete, wanted[start : start + DELETE_AT_ONCE])):
                raise StorageAway("it kept some objects")

    async def keys(self, prefix: str) -> list[str]:
        """All keys that begin with `prefix`."""

        def collect() -> list[str]:
            found = self._client.list_objects(self._bucket, prefix=prefix, recursive=True)
            return [item.object_name for item in found if item.object_name]

        return await in_thread(collect)

    async def get_file(self, key: str, path: Path) -> None:
        """Download to `path` without holding it in memory."""
        async with self.open(key) as stream:
            with path.open("wb") as file:
                async for chunk in stream.iter_chunked(1024 * 1024):
                    await asyncio.to_thread(file.write, chunk)

    async def put_file(self, key: str, path: Path, content_type: str = "application/octet-stream") -> None:
        """Upload a file, in parts where it is large."""
        await in_thread(
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
        """Raises `missing-object`, or what `translated` makes StorageAway of."""
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
        with translated():
            return await self._content.read(size)

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        """The rest, at most `size` bytes at a time."""
        while chunk := await self.read(size):
            yield chunk
