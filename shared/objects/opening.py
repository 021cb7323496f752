"""Opens the bucket of some settings."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp
import certifi
import urllib3
from minio import Minio

from shared.objects.door import TRIES
from shared.objects.signing import UrlSigner
from shared.objects.store import ObjectStore
from shared.settings import ObjectStoreSettings

SDK_SILENCE_S = 30.0  # to remove a thousand objects takes some seconds, and nothing is said meanwhile
SDK_CONNECTIONS = 10  # threads that call it wait rather than open more
CONNECTIONS = 64  # at most this many transfers at once from one process
CONNECT_S = 5.0
TRANSFER_S = 300.0
# Headers that no server of this kind wants: with its cookies a fifth of what a request costs us.
UNASKED = ("Accept", "Accept-Encoding", "User-Agent")


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
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=UNASKED,
    ) as session:
        yield ObjectStore(client, signer, public_signer, session, settings.s3_bucket)
