"""What is cut off, damaged or a bomb is refused with its reason, whatever its bytes are."""

import struct
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from shared.errors import BirdsError, Code
from shared.photo.decode import decode
from shared.photo.inspect import inspect
from tests.unit.photo.pictures import (
    HEIGHT,
    LIMIT,
    WIDTH,
    encoded,
    png,
    upright,
)


def failure(data: bytes, max_pixels: int = LIMIT) -> Code:
    with pytest.raises(BirdsError) as caught:
        decode(data, max_pixels=max_pixels, min_side=None)
    return caught.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_cut_off_files(kind: str, part: float) -> None:
    noise = Image.effect_noise((200, 160), 80).convert("RGB")
    data = encoded(noise, kind)
    assert failure(data[: int(len(data) * part)]) in (Code.TRUNCATED_IMAGE, Code.CORRUPT_IMAGE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "HEIF", "AVIF"])
def test_files_cut_off_in_their_pixels_are_called_so(kind: str) -> None:
    data = encoded(Image.effect_noise((200, 160), 80).convert("RGB"), kind)
    assert failure(data[: len(data) * 3 // 4]) == Code.TRUNCATED_IMAGE


def test_what_is_no_photo() -> None:
    assert failure(b"") == Code.EMPTY_FILE
    assert failure(b"these are words") == Code.UNSUPPORTED_TYPE
    assert failure(b"PK\x03\x04" + bytes(40)) == Code.UNSUPPORTED_TYPE
    assert failure(b"\xff\xd8\xff" + bytes(40)) == Code.CORRUPT_IMAGE


def test_raw_files_of_cameras_are_not_taken_for_their_preview() -> None:
    preview = tiff_with({254: 1})
    dng = tiff_with({50706: b"\x01\x04\x00\x00"})
    assert failure(preview) == failure(dng) == Code.UNSUPPORTED_TYPE


def tiff_with(tags: dict[int, object]) -> bytes:
    return encoded(upright(), "TIFF", tiffinfo=tags)


def test_bombs_are_refused_before_a_pixel_is_decoded() -> None:
    assert failure(png(50_000, 50_000, data=zlib.compress(bytes(1000)))) == Code.TOO_MANY_PIXELS
    gif = bytearray(encoded(upright(), "GIF"))
    gif[6:10] = struct.pack("<HH", 65_535, 65_535)
    assert failure(bytes(gif)) == Code.TOO_MANY_PIXELS
    assert failure(encoded(Image.new("L", (4000, 4000)), "WEBP")) == Code.TOO_MANY_PIXELS
    assert failure(png(11, 10), max_pixels=100) == Code.TOO_MANY_PIXELS


def test_a_frame_larger_than_its_canvas() -> None:
    gif = bytearray(encoded(upright(), "GIF"))
    frame = gif.index(b"\x2c" + struct.pack("<HHHH", 0, 0, WIDTH, HEIGHT))
    gif[frame + 5 : frame + 9] = struct.pack("<HH", 60_000, 60_000)
    assert failure(bytes(gif)) == Code.TOO_MANY_PIXELS


@pytest.mark.parametrize("chunk", [b"zTXt", b"iTXt", b"iCCP"])
def test_text_that_unpacks_to_gigabytes(chunk: bytes) -> None:
    text = zlib.compress(bytes(80_000_000), 9)
    head = {b"zTXt": b"key\x00\x00", b"iTXt": b"key\x00\x01\x00\x00\x00", b"iCCP": b"key\x00\x00"}[chunk]
    data = png(8, 8, (chunk, head + text))
    assert failure(data) == Code.TOO_MANY_PIXELS


def test_a_small_block_of_noise_after_the_header_never_escapes() -> None:
    good = encoded(upright())

    @settings(deadline=None, max_examples=80)
    @given(st.data())
    def damaged(data: st.DataObject) -> None:
        photo = bytearray(good)
        for _ in range(data.draw(st.integers(1, 6))):
            photo[data.draw(st.integers(3, len(photo) - 1))] = data.draw(st.integers(0, 255))
        _decodes_or_says_why(bytes(photo))

    damaged()


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF"]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_no_damage_raises_anything_else(kind: str, changes: list[tuple[float, int]]) -> None:
    photo = bytearray(SAMPLES[kind])
    for place, value in changes:
        photo[min(int(place * len(photo)), len(photo) - 1)] = value
    _decodes_or_says_why(bytes(photo))


SAMPLES = {
    kind: encoded(upright(), kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF")
}


ABOUT_THE_BYTES = {Code.UNSUPPORTED_TYPE, Code.CORRUPT_IMAGE, Code.TRUNCATED_IMAGE, Code.TOO_MANY_PIXELS}


def _decodes_or_says_why(photo: bytes) -> None:
    assert _code(lambda: inspect(photo, max_pixels=LIMIT)) in {None, *ABOUT_THE_BYTES}
    assert _code(lambda: decode(photo, max_pixels=LIMIT, min_side=40)) in {None, *ABOUT_THE_BYTES}


def _code(attempt: Callable[[], object]) -> Code | None:
    try:
        attempt()
    except BirdsError as error:
        return error.code
    return None
