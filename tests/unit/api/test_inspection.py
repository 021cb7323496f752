"""Headers that take long to read: in a process of their own, for a limited time, beside others'."""

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from api.intake.inspection import INLINE, HeaderInspection
from shared.errors import BirdsError, Code
from shared.records import OwnerId
from tests.support.pictures import a_photo

ALICE, EVE = OwnerId(UUID(int=1)), OwnerId(UUID(int=2))


def many_chunks(count: int) -> bytes:
    """A PNG of which Pillow reads 100,000 pieces a second or so."""
    picture = a_photo(1, kind="PNG")
    chunk = struct.pack(">I", 0) + b"abCd" + struct.pack(">I", zlib.crc32(b"abCd"))
    return picture[:33] + chunk * count + picture[33:]


@pytest.fixture
async def inspection() -> AsyncIterator[HeaderInspection]:
    made = HeaderInspection(10**6, timeout_s=2)
    yield made
    await made.close()


LARGE = a_photo(2, (600, 600), "BMP")


async def test_what_takes_too_long_ends_itself_alone(inspection: HeaderInspection) -> None:
    assert len(LARGE) > INLINE
    endless = many_chunks(3_000_000)
    crowd = [asyncio.create_task(inspection.check(EVE, endless)) for _ in range(3)]
    for _ in range(10):
        await inspection.check(ALICE, LARGE)
    assert not any(one.done() for one in crowd), "nobody waited for it"
    with pytest.raises(BirdsError) as raised:
        await crowd[0]
    assert raised.value.code is Code.DECODE_TIMEOUT
    for one in crowd:
        one.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)
    await inspection.check(EVE, LARGE)


@pytest.mark.parametrize(("data", "code"), [(LARGE[:-9], None), (b"BM" + bytes(INLINE), "unsupported-type")])
async def test_a_large_photo_is_told_what_a_small_one_is(
    inspection: HeaderInspection, data: bytes, code: str | None
) -> None:
    if code is None:
        await inspection.check(ALICE, data)
        return
    with pytest.raises(BirdsError) as raised:
        await inspection.check(ALICE, data)
    assert raised.value.code in (code, Code.CORRUPT_IMAGE)


async def test_an_inspection_whose_client_is_gone_ends(inspection: HeaderInspection) -> None:
    endless = asyncio.create_task(inspection.check(EVE, many_chunks(3_000_000)))
    await inspection.check(ALICE, LARGE)
    endless.cancel()
    async with asyncio.timeout(5):
        await asyncio.gather(endless, return_exceptions=True)
        await inspection.check(EVE, LARGE)
