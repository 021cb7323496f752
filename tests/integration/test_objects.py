"""The door to object storage: what is missing, and what is away."""

import asyncio
import unicodedata
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from shared.errors import BirdsError, Code, StorageAway
from shared.objects import ObjectStore, open_object_store
from tests.support.proxy import proxied
from tests.support.stack import Stack


async def _read(store: ObjectStore) -> bytes:
    async with store.open("photos/a") as stream:
        return await stream.read(100)


CALLS: dict[str, Callable[[ObjectStore], Awaitable[object]]] = {
    "check": lambda store: store.check(),
    "put": lambda store: store.put("photos/a", b"bird"),
    "get": lambda store: store.get("photos/a"),
    "size": lambda store: store.size("photos/a"),
    "open": _read,
    "keys": lambda store: store.keys("photos/"),
}


async def test_a_missing_object_is_said_to_be_missing(objects: ObjectStore) -> None:
    for call in (objects.get, lambda key: _read(objects)):
        with pytest.raises(BirdsError) as raised:
            await call("photos/a")
        assert raised.value.code is Code.MISSING_OBJECT
    assert await objects.size("photos/a") is None


async def test_a_name_is_its_bytes(objects: ObjectStore) -> None:
    """A server that takes other normal forms for the same compares each new name with all that are there."""
    composed, decomposed = (unicodedata.normalize(kind, "photos/0/é") for kind in ("NFC", "NFD"))
    await objects.put(composed, b"bird")
    assert await objects.size(decomposed) is None


@pytest.mark.parametrize("name", CALLS)
async def test_a_missing_bucket_is_storage_away(stack: Stack, name: str) -> None:
    async with open_object_store(stack.settings) as store:  # nobody has made the bucket
        with pytest.raises(StorageAway):
            await CALLS[name](store)


@pytest.mark.parametrize("name", sorted(CALLS.keys() - {"keys"}))  # the SDK tries for long seconds
async def test_a_server_that_is_not_there_is_storage_away(stack: Stack, name: str) -> None:
    nowhere = stack.settings.model_copy(update={"s3_endpoint": "http://127.0.0.1:9"})
    async with open_object_store(nowhere) as store:
        with pytest.raises(StorageAway):
            await CALLS[name](store)


async def test_a_download_that_breaks_off_is_storage_away(
    stack: Stack, objects: ObjectStore, tmp_path: Path
) -> None:
    (tmp_path / "large").write_bytes(bytes(8 * 1024 * 1024))
    await objects.put_file("photos/large", tmp_path / "large")
    async with proxied(stack.settings.s3_endpoint) as proxy:
        through = stack.settings.model_copy(update={"s3_endpoint": proxy.url})
        async with open_object_store(through) as store, store.open("photos/large") as stream:
            await stream.read(1)
            proxy.cut()
            with pytest.raises(StorageAway):
                async for _ in stream.iter_chunked(64 * 1024):
                    pass


async def test_a_connection_that_falls_silent_is_given_up_for_a_new_one(
    stack: Stack, objects: ObjectStore
) -> None:
    async with proxied(stack.settings.s3_endpoint) as proxy:
        through = stack.settings.model_copy(update={"s3_endpoint": proxy.url, "s3_silence_s": 0.5})
        async with open_object_store(through) as store, asyncio.timeout(10):
            await store.put("photos/0/a", b"a")
            proxy.silence_open()
            await store.put("photos/0/b", b"b")
    assert await objects.get("photos/0/b") == b"b"


async def test_a_file_that_can_not_be_read_is_our_own_fault(objects: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await objects.put_file("models/a", tmp_path / "nothing")
