"""A JPEG's metadata in very many pieces, which are cheap to send and dear to read."""

import struct
from collections.abc import Callable

import pytest

from shared.errors import BirdsError, Code
from shared.photo import opening
from shared.photo.inspect import inspect
from shared.photo.segments import MOST, MOST_EXIF
from tests.unit.photo.pictures import LIMIT, encoded, upright

MIB = 1024 * 1024


def with_more(metadata: bytes) -> bytes:
    photo = encoded(upright(), "JPEG")
    return photo[:2] + metadata + photo[2:]


def piece(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


@pytest.mark.parametrize(
    "metadata",
    [
        lambda: piece(0xE1, b"Exif\0\0x") * 250_000,
        lambda: piece(0xE1, b"Exif\0\0" + bytes(60_000)) * 250,
        lambda: piece(0xFE, b"x") * 250_000,
        lambda: piece(0xE2, b"ICC_PROFILE\0\1\1x") * 100_000,
        lambda: piece(0xC4, b"") * 250_000,
        lambda: b"\xff" * 8 * MIB,
        lambda: bytes(8 * MIB),
        lambda: piece(0xFE, b"x") + bytes(8 * MIB),
        lambda: (piece(0xFE, b"x") + bytes(1000)) * 1000,
    ],
)
def test_what_takes_long_to_read_is_refused_unread(
    monkeypatch: pytest.MonkeyPatch, metadata: Callable[[], bytes]
) -> None:
    monkeypatch.setattr(opening.Image, "open", lambda *_, **__: pytest.fail("it was read"))
    with pytest.raises(BirdsError) as raised:
        inspect(with_more(metadata()), max_pixels=LIMIT)
    assert raised.value.code in (Code.CORRUPT_IMAGE, Code.UNSUPPORTED_TYPE)


@pytest.mark.parametrize(
    "metadata",
    [
        piece(0xE1, b"Exif\0\0" + bytes(60_000)) * MOST_EXIF,
        piece(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + bytes(200)) * (MOST - 50),
        piece(0xFE, b"x") + b"\xff" * 1000 + piece(0xFE, b"x"),
    ],
)
def test_much_metadata_is_no_reason_to_refuse_a_photo(metadata: bytes) -> None:
    assert inspect(with_more(metadata), max_pixels=LIMIT).width == upright().width
