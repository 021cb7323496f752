"""The files of a form, told apart and checked."""

import asyncio
import hashlib
import io
import tarfile
import zipfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image

from api.intake.archive import PIECE, ArchiveLimits
from api.intake.budget import ByteBudget
from api.intake.files import FileLimits, FileReader, LeftOutEntry, ReceivedPhoto, Refused, Unpacking
from api.intake.inspection import HeaderInspection
from api.intake.multipart import MultipartReader
from api.intake.spool import Spool
from api.turns import Turns
from shared.errors import Code
from shared.records import OwnerId
from tests.support import raws
from tests.unit.api.test_multipart import BOUNDARY, form, in_chunks

ALICE = OwnerId(UUID(int=1))
LIMITS = FileLimits(max_bytes=50_000, archive=ArchiveLimits(100, 1_000_000, 100))
TOTAL = 1_000_000


def picture(side: int = 32, shade: int = 0) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), (shade, 80, 160)).save(file, "JPEG")
    return file.getvalue()


def archive(*entries: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for name, data in entries:
            target.writestr(name, data)
    return file.getvalue()


@pytest.fixture
def unpacking(tmp_path: Path) -> Iterator[Unpacking]:
    with ThreadPoolExecutor(1) as executor:
        yield Unpacking(executor, Spool(tmp_path, 1_000_000), Turns(1, 1))


async def received(
    unpacking: Unpacking,
    *parts: tuple[str, bytes],
    chunk: int = 4000,
    limits: FileLimits = LIMITS,
    max_pixels: int = 100 * 100,
) -> list[tuple[str, str | None]]:
    """Name of each file, and why it was refused or left out; checks that no byte stays in the budget."""
    budget = ByteBudget(TOTAL)
    inspection = HeaderInspection(max_pixels)
    reader = FileReader(ALICE, limits, unpacking, inspection, lambda: budget.share(ALICE, lambda: None))
    found: list[tuple[str, str | None]] = []
    async for file in reader.all_of(MultipartReader(in_chunks(form(*parts), chunk), BOUNDARY)):
        match file:
            case ReceivedPhoto(name, data, sha256, share):
                assert sha256 == hashlib.sha256(data).digest()
                share.release()
                found.append((name, None))
            case Refused(name, problem):
                found.append((name, problem.code))
            case LeftOutEntry(name, kind):
                found.append((name, kind))
    await inspection.close()
    assert budget.free == TOTAL
    return found


async def test_camera_raws_are_taken_alone_and_in_archives(unpacking: ThreadPoolExecutor) -> None:
    raw, no_preview = raws.nef(raws.preview(size=(640, 480))), raws.sensor_dng((100, 80))
    found = await received(
        unpacking,
        ("1.NEF", raw),
        ("2.dng", no_preview),
        ("card.zip", archive(("DCIM/3.CR2", raws.cr2(raws.preview(size=(640, 480)))))),
        ("too wide.arw", raws.arw(raws.preview(size=(800, 600)))),
        max_pixels=640 * 480,
    )
    assert found == [
        ("1.NEF", None),
        ("2.dng", None),
        ("card/DCIM/3.CR2", None),
        ("too wide.arw", Code.TOO_MANY_PIXELS),
    ]


@pytest.mark.parametrize("chunk", [1, 100, 1_000_000])
async def test_one_bad_file_is_refused_alone(unpacking: Unpacking, chunk: int) -> None:
    found = await received(
        unpacking,
        ("a.jpg", picture()),
        ("note.txt", b"hello"),
        ("empty.jpg", b""),
        ("wide.jpg", picture(side=101)),
        ("trip/b.jpg", picture(shade=9)),
        ("", picture()),
        chunk=chunk,
    )
    assert found == [
        ("a.jpg", None),
        ("note.txt", Code.UNSUPPORTED_TYPE),
        ("empty.jpg", Code.EMPTY_FILE),
        ("wide.jpg", Code.TOO_MANY_PIXELS),
        ("trip/b.jpg", None),
        ("photo", None),
    ]


async def test_a_file_that_is_too_large_is_passed_over(unpacking: Unpacking) -> None:
    found = await received(unpacking, ("large.jpg", picture() + bytes(60_000)), ("b.jpg", picture()))
    assert found == [("large.jpg", Code.TOO_LARGE), ("b.jpg", None)]


@pytest.mark.parametrize("chunk", [500, 1_000_000])
async def test_archives_are_unpacked_where_they_stand(unpacking: Unpacking, chunk: int) -> None:
    card = archive(
        ("trip/1.jpg", picture(shade=1)),
        ("../evil.jpg", picture(shade=2)),
        ("inner.zip", archive(("x.jpg", picture()))),
        ("large.jpg", picture() + bytes(60_000)),
        ("2.jpg", picture(shade=3)),
    )
    found = await received(
        unpacking, ("a.jpg", picture()), ("card.zip", card), ("z.jpg", picture()), chunk=chunk
    )
    assert found == [
        ("a.jpg", None),
        ("card/trip/1.jpg", None),
        ("card/evil.jpg", Code.UNSAFE_ARCHIVE),
        ("card/inner/x.jpg", None),
        ("card/large.jpg", Code.TOO_LARGE),
        ("card/2.jpg", None),
        ("z.jpg", None),
    ]


async def test_a_broken_archive_keeps_what_came_before(unpacking: Unpacking) -> None:
    card = archive(("1.jpg", picture()), ("2.jpg", picture(shade=1)))
    cut = card[: card.index(b"2.jpg") + 30]
    found = await received(unpacking, ("card.zip", cut), ("z.jpg", picture()))
    assert found == [("card/1.jpg", None), ("card/2.jpg", Code.CORRUPT_ARCHIVE), ("z.jpg", None)]


async def test_an_archive_that_ends_inside_an_entry_is_broken(unpacking: Unpacking) -> None:
    card = archive(("1.jpg", picture()), ("2.jpg", picture() + bytes(2 * PIECE)))
    limits = replace(LIMITS, max_bytes=10 * PIECE)
    found = await received(unpacking, ("card.zip", card[: -PIECE // 2]), ("z.jpg", picture()), limits=limits)
    assert found == [("card/1.jpg", None), ("card/2.jpg", Code.CORRUPT_ARCHIVE), ("z.jpg", None)]


async def test_a_large_archive_is_given_up_and_passed_over(unpacking: Unpacking) -> None:
    card = archive(*((f"{number}.jpg", picture(shade=number)) for number in range(5)))
    limits = replace(LIMITS, archive=ArchiveLimits(max_entries=2, max_bytes=1_000_000, max_ratio=100))
    found = await received(unpacking, ("card.zip", card), ("z.jpg", picture()), limits=limits)
    assert found == [
        ("card/0.jpg", None),
        ("card/1.jpg", None),
        ("card.zip", Code.ARCHIVE_TOO_LARGE),
        ("z.jpg", None),
    ]


async def test_other_archives_are_refused_alone(unpacking: Unpacking) -> None:
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as target:
        target.addfile(tarfile.TarInfo("a.jpg"), io.BytesIO())
    card = archive(("a.tar", tar.getvalue()), ("1.jpg", picture()))
    found = await received(unpacking, ("a.tar", tar.getvalue()), ("card.zip", card), ("z.jpg", picture()))
    assert found == [
        ("a.tar", Code.UNSUPPORTED_TYPE),
        ("card/a.tar", "other"),
        ("card/1.jpg", None),
        ("z.jpg", None),
    ]


async def test_litter_is_left_out_where_it_stands(unpacking: Unpacking) -> None:
    card = archive(("@eaDir/1.jpg/SYNOPHOTO_THUMB_M.jpg", picture(shade=1)), ("1.jpg", picture()))
    found = await received(unpacking, ("card.zip", card))
    assert found == [("card/@eaDir/1.jpg/SYNOPHOTO_THUMB_M.jpg", "thumbnail"), ("card/1.jpg", None)]


async def test_archives_that_do_not_go_on_leave_places_to_others(tmp_path: Path) -> None:
    eve = OwnerId(UUID(int=2))
    card = archive(("1.jpg", picture()), ("2.jpg", picture(shade=1)))
    budget, inspection = ByteBudget(TOTAL), HeaderInspection(100 * 100)

    async def stalled() -> AsyncIterator[bytes]:
        yield form(("card.zip", card))[:-400]
        await asyncio.Event().wait()

    with ThreadPoolExecutor(2) as threads:
        unpacking = Unpacking(threads, Spool(tmp_path, 1_000_000), Turns(2, 1))

        async def names(owner: OwnerId, body: AsyncIterator[bytes]) -> list[str]:
            reader = FileReader(
                owner, LIMITS, unpacking, inspection, lambda: budget.share(owner, lambda: None)
            )
            files = reader.all_of(MultipartReader(partial(anext, body, b""), BOUNDARY))
            return [file.name async for file in files]

        held = [asyncio.create_task(names(eve, stalled())) for _ in range(4)]
        await asyncio.wait(held, timeout=0.05)
        async with asyncio.timeout(5):
            whole = aiter_of(form(("card.zip", card)))
            assert await names(ALICE, whole) == ["card/1.jpg", "card/2.jpg"]
        for one in held:
            one.cancel()
        await asyncio.gather(*held, return_exceptions=True)


async def aiter_of(data: bytes) -> AsyncIterator[bytes]:
    yield data
