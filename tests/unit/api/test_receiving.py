"""Bodies that hardly come."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from api.http.receiving import LEAST_BYTES, RequestBody
from api.intake.multipart import PARTS_AT_ONCE, MultipartReader
from shared.errors import BirdsError, Code
from tests.unit.api.test_multipart import BOUNDARY, form, in_chunks

IDLE_S = 0.1


def body(chunk: bytes, every_s: float) -> RequestBody:
    async def readany() -> bytes:
        await asyncio.sleep(every_s)
        return chunk

    request: Any = SimpleNamespace(content_length=None, content=SimpleNamespace(readany=readany))
    return RequestBody(request, 10**9, IDLE_S)


@pytest.mark.parametrize("every_s", [IDLE_S / 10, 10 * IDLE_S])
async def test_a_body_that_drips_is_given_up_as_one_that_has_stopped(every_s: float) -> None:
    dripping = body(b"x", every_s)
    with pytest.raises(BirdsError) as raised:
        async with asyncio.timeout(5):
            while True:
                await dripping.read()
    assert raised.value.code is Code.INVALID_REQUEST


async def test_a_slow_body_is_not_given_up() -> None:
    slow = body(bytes(LEAST_BYTES // 2), IDLE_S / 10)
    for _ in range(25):
        await slow.read()


async def test_only_waiting_for_the_client_counts() -> None:
    coming = body(b"x", 0)
    for _ in range(3):
        await coming.read()
        await asyncio.sleep(IDLE_S)  # we are busy


async def test_many_tiny_parts_let_others_run() -> None:
    count = 10_000
    reader = MultipartReader(in_chunks(form(*[("a", b"x")] * count), 10**9), BOUNDARY)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    running = asyncio.create_task(others())
    while await reader.next_file() is not None:
        pass
    running.cancel()
    assert turns >= count // PARTS_AT_ONCE
