"""Formats beside the common ones: what is read of them, and what is refused by its name."""

import io
import zlib

import numpy as np
import pytest
from PIL import Image

from shared.errors import BirdsError, Code
from shared.photo import sniff
from shared.photo.decode import decode
from shared.photo.raw.kinds import content_type
from tests.support.raws import Ifd, tiff
from tests.unit.photo.pictures import LEFT, LIMIT, encoded, looks_upright, near, upright

WIDTH, HEIGHT = 96, 64


def sixteen_bit(order: str, compression: int) -> bytes:
    """A TIFF with 16 bits a colour, as raw converters and scanners write it."""
    pixels = np.asarray(upright(WIDTH, HEIGHT)).astype(f"{order}u2") * 257
    data = pixels.astype(f"{order}u2").tobytes()
    ifd = Ifd(
        {256: WIDTH, 257: HEIGHT, 258: (16, 16, 16), 259: compression, 262: 2, 277: 3, 278: HEIGHT, 284: 1}
    )
    ifd.blob = zlib.compress(data) if compression == 8 else data
    return tiff(ifd, order=order)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("compression", [1, 8])
def test_tiffs_of_16_bits(order: str, compression: int) -> None:
    data = sixteen_bit(order, compression)
    decoded = decode(data, max_pixels=LIMIT, min_side=None)
    assert looks_upright(decoded.image)
    assert decoded.facts.content_type == sniff.TIFF


def test_of_a_multi_picture_file_the_first_is_the_photo() -> None:
    out = io.BytesIO()
    other = Image.new("RGB", (WIDTH, HEIGHT), (0, 200, 0))
    upright(WIDTH, HEIGHT).save(out, "MPO", save_all=True, append_images=[other], quality=95)
    decoded = decode(out.getvalue(), max_pixels=LIMIT, min_side=40)
    assert near(decoded.image.getpixel((10, 10)), LEFT, 40)
    assert decoded.facts.content_type == sniff.JPEG


@pytest.mark.parametrize("head", [b"\xff\x0a", b"\x00\x00\x00\x0cJXL \r\n\x87\n"])
def test_jpeg_xl_is_refused_by_its_name(head: bytes) -> None:
    with pytest.raises(BirdsError, match="JPEG XL") as caught:
        decode(head + bytes(100), max_pixels=LIMIT, min_side=None)
    assert caught.value.code == Code.UNSUPPORTED_TYPE


def test_a_large_tiff_is_no_camera_raw() -> None:
    data = encoded(upright(), "TIFF", big_tiff=True)
    assert data[2] == 43
    assert content_type(data) == sniff.TIFF
    assert content_type(data[:16] + b"\xfe\x00\x04\x00\x01\x00\x00\x00\x01\x00\x00\x00" * 9) == sniff.TIFF
    assert looks_upright(decode(data, max_pixels=LIMIT, min_side=None).image)
