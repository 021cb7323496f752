"""What the drivers of object storage raise, told in our terms, and how often they are asked again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import aiohttp
from minio.error import MinioException
from urllib3.exceptions import HTTPError

from shared.errors import StorageAway
from shared.patience import Patience

T = TypeVar("T")

AWAY = (aiohttp.ClientError, TimeoutError, OSError)
SDK_AWAY = (MinioException, HTTPError)  # no OSError: that is a file of ours
TRIES = 4  # an S3 server answers 5xx when it is busy and asks for patience
BUSY_S = (0.1, 1.0)  # the first and the longest pause between tries


@contextmanager
def translated(away: tuple[type[Exception], ...] = AWAY) -> Iterator[None]:
    try:
        yield
    except away as error:
        raise StorageAway(_told(error)) from error


def _told(error: Exception) -> str:
    """What went wrong, without the address, which holds a signature."""
    if isinstance(error, aiohttp.ClientResponseError):
        return f"HTTP status {error.status}"
    return type(error).__name__


async def patiently(attempt: Callable[[], Awaitable[T]]) -> T:
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
    with translated():
        return await attempt()


async def in_thread(call: Callable[[], T]) -> T:
    """A call of the SDK, which tries again by itself."""
    with translated(SDK_AWAY):
        return await asyncio.to_thread(call)
