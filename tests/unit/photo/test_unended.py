"""Files without an end marker: whole pictures are answered, cut ones are not."""

from typing import Any

import pytest
from PIL import Image, ImageChops

from shared.errors import BirdsError, Code
from shared.photo.decode import decode
from tests.unit.photo.pictures import LIMIT, encoded, heic, upright

SIZE = (120, 88)
PICTURES = {
    "noise": Image.effect_noise(SIZE, 70).convert("RGB"),
    "edges": upright(*SIZE),
    "smooth": Image.merge(
        "RGB", [Image.linear_gradient("L").resize(SIZE), *Image.new("RGB", SIZE).split()[:2]]
    ),
    "grey": Image.new("RGB", SIZE, (128, 128, 128)),  # what decoders put where data is missing
}
JPEGS: dict[str, dict[str, Any]] = {
    "baseline": {},
    "progressive": {"progressive": True},
    "restarts": {"restart_marker_blocks": 3},
    "progressive restarts": {"progressive": True, "restart_marker_blocks": 2},
    "4:4:4": {"subsampling": 0, "quality": 95},
}
TRAILERS = {
    "of Samsung": b"\0\0\x01\x0a\x0e\0\0\0Image_UTC_Data1500000000000" + bytes(range(256)) * 9,
    "a second picture": encoded(upright()),
    "a film": b"\0\0\0\x18ftypmp42" + bytes(range(255, -1, -1)) * 9,
}


def pixels(data: bytes) -> Image.Image:
    return decode(data, max_pixels=LIMIT, min_side=None).image


def failure(data: bytes) -> Code:
    with pytest.raises(BirdsError) as caught:
        pixels(data)
    return caught.value.code


def answered(data: bytes) -> Image.Image | None:
    """None where it is refused as cut or damaged, which a cut file is."""
    try:
        return pixels(data)
    except BirdsError as error:
        if error.code not in (Code.TRUNCATED_IMAGE, Code.CORRUPT_IMAGE):
            raise
        return None


def ends(whole: bytes) -> set[int]:
    return {*range(len(whole) - 60, len(whole)), *range(100, len(whole), len(whole) // 40)}


def same(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one, other).getbbox() is None


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("way", JPEGS)
def test_a_jpeg_is_answered_just_where_nothing_of_its_picture_is_missing(picture: str, way: str) -> None:
    """Cut at many places, those near the end above all: what is answered looks as if it had not been cut."""
    whole = encoded(PICTURES[picture], **JPEGS[way])
    wanted = pixels(whole)
    assert same(pixels(whole[:-2]), wanted)
    assert same(pixels(whole[:-1]), wanted)
    found = [answered(whole[:end]) for end in ends(whole)]
    assert all(one is None or same(one, wanted) for one in found)
    assert found.count(None) > 30


@pytest.mark.parametrize("trailer", TRAILERS)
@pytest.mark.parametrize("way", JPEGS)
def test_a_trailer_is_no_part_of_the_picture(way: str, trailer: str) -> None:
    whole = encoded(PICTURES["noise"], **JPEGS[way])
    for front in (whole, whole[:-2]):
        assert same(pixels(front + TRAILERS[trailer]), pixels(whole))


@pytest.mark.parametrize("padding", [b"\0", b"\xff"])
@pytest.mark.parametrize("way", JPEGS)
def test_what_a_card_holds_behind_a_cut_file_is_no_picture(way: str, padding: bytes) -> None:
    whole = encoded(PICTURES["noise"], **JPEGS[way])
    assert failure(whole[: len(whole) * 3 // 4] + padding * len(whole)) == Code.TRUNCATED_IMAGE
    assert same(pixels(whole[:-2] + padding * len(whole)), pixels(whole))


def test_a_long_run_of_fill_bytes_is_read_once() -> None:
    """A search that began anew at each of them would not end within a day."""
    whole = encoded(PICTURES["noise"])
    assert same(pixels(whole[:-2] + b"\xff" * 2_000_000 + b"\0"), pixels(whole))


def test_a_thumbnail_of_a_large_cut_file_says_the_same_as_the_whole() -> None:
    whole = encoded(Image.effect_noise((1600, 1200), 70).convert("RGB"))
    assert decode(whole[:-2], max_pixels=LIMIT, min_side=100).image.size == (400, 300)
    with pytest.raises(BirdsError):
        decode(whole[:-900], max_pixels=LIMIT, min_side=100)


@pytest.mark.parametrize("picture", PICTURES)
def test_a_png_is_answered_just_where_nothing_of_its_picture_is_missing(picture: str) -> None:
    whole = encoded(PICTURES[picture], "PNG")
    wanted = pixels(whole)
    for missing in range(1, 17):  # IEND, and the checksum of the data
        assert same(pixels(whole[:-missing]), wanted)
    assert all(
        one is None or same(one, wanted) for one in map(answered, [whole[:end] for end in ends(whole)])
    )


def test_a_png_whose_next_chunk_was_begun() -> None:
    whole = encoded(PICTURES["noise"], "PNG")
    for begun in (b"\0\0\x76\x4eIDAT", b"\0\0\x76\x4eIDAT\x01", b"\0\0\x01\0tEXtSoft", b"\0\0"):
        assert same(pixels(whole[:-12] + begun), pixels(whole))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF"])
@pytest.mark.parametrize("trailer", TRAILERS)
def test_every_format_may_have_a_trailer(kind: str, trailer: str) -> None:
    whole = heic(PICTURES["noise"]) if kind == "HEIF" else encoded(PICTURES["noise"], kind)
    assert same(pixels(whole + TRAILERS[trailer]), pixels(whole))


def test_a_gif_without_its_last_byte_is_whole() -> None:
    whole = encoded(PICTURES["noise"], "GIF")
    assert same(pixels(whole[:-1]), pixels(whole))
