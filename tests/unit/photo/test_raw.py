"""Camera raw files: told by their content, answered by their preview, with the raw's own facts."""

import io
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from shared.errors import BirdsError, Code
from shared.photo import exif, gps, sniff
from shared.photo.decode import decode
from shared.photo.inspect import inspect
from shared.photo.raw.kinds import content_type
from shared.photo.raw.preview import preview
from shared.photo.raw.streams import jpeg_streams
from shared.photo.thumbnail import thumbnail
from tests.support import raws
from tests.unit.photo.pictures import LIMIT, encoded, looks_upright, near, upright

TAKEN = datetime.strptime(raws.TAKEN, "%Y:%m:%d %H:%M:%S")
Maker = Callable[[bytes, int], bytes]
PREVIEW = encoded(upright(960, 640), quality=90)
RAWS: dict[str, tuple[Maker, str]] = {
    "CR2": (raws.cr2, sniff.CR2),
    "CR3": (raws.cr3, sniff.CR3),
    "NEF": (raws.nef, sniff.NEF),
    "ARW": (raws.arw, sniff.ARW),
    "DNG": (raws.dng, sniff.DNG),
    "ORF": (raws.orf, sniff.ORF),
    "RW2": (raws.rw2, sniff.RW2),
    "PEF": (raws.pef, sniff.PEF),
    "IIQ": (raws.iiq, sniff.IIQ),
    "RAF": (lambda jpeg, orientation: raws.raf(raws.with_exif(jpeg, orientation)), sniff.RAF),
}
all_raws = pytest.mark.parametrize("name", RAWS)


def failure(data: bytes, max_pixels: int = LIMIT) -> BirdsError:
    with pytest.raises(BirdsError) as caught:
        decode(data, max_pixels=max_pixels, min_side=None)
    return caught.value


@all_raws
def test_a_raw_is_answered_by_its_preview_with_its_own_time_and_place(name: str) -> None:
    make, kind = RAWS[name]
    data = make(PREVIEW, 1)
    decoded = decode(data, max_pixels=LIMIT, min_side=None)
    assert looks_upright(decoded.image)
    facts = decoded.facts
    assert (facts.width, facts.height, facts.content_type) == (960, 640, kind)
    assert facts.taken is not None
    assert facts.taken.local == TAKEN
    assert (facts.latitude, facts.longitude) == pytest.approx((52.5, 13.4))


@all_raws
def test_a_raw_of_a_turned_camera_is_shown_upright(name: str) -> None:
    make, kind = RAWS[name]
    stored = encoded(upright(960, 640).transpose(Image.Transpose.ROTATE_90), quality=90)
    data = make(stored, 6)
    decoded = decode(data, max_pixels=LIMIT, min_side=None)
    assert looks_upright(decoded.image)
    assert (decoded.facts.width, decoded.facts.height) == (960, 640)
    looked_at = inspect(data, max_pixels=LIMIT)
    assert (looked_at.width, looked_at.height, looked_at.content_type) == (960, 640, kind)


@all_raws
def test_thumbnails_of_raws(name: str) -> None:
    picture = Image.open(io.BytesIO(thumbnail(RAWS[name][0](PREVIEW, 1), max_pixels=LIMIT)))
    assert picture.size == (320, 213)
    assert looks_upright(picture.convert("RGB"))


@all_raws
def test_a_preview_is_a_jpeg_of_its_own_that_keeps_time_place_and_orientation(name: str) -> None:
    found = preview(RAWS[name][0](PREVIEW, 6))
    assert found is not None
    assert (found.width, found.height, found.good) == (960, 640, True)
    image = Image.open(io.BytesIO(found.jpeg))
    image.load()
    tags = exif.read(image)
    assert exif.orientation(tags) == 6
    assert gps.position(tags.get_ifd(34853)) == pytest.approx((52.5, 13.4))
    assert tags.get_ifd(34665)[36867] == raws.TAKEN
    assert len(found.jpeg) < len(PREVIEW) + 2000  # without notes that only the maker reads


def test_the_date_is_found_where_tiff_ep_has_it() -> None:
    first = raws.Ifd({259: 6, **raws.camera("Canon"), 36867: "2021:01:02 03:04:05"}, PREVIEW)
    facts = decode(raws.tiff(first, at=16, mark=b"CR\x02\0\0\0\0\0"), max_pixels=LIMIT, min_side=None).facts
    assert facts.taken is not None
    assert facts.taken.local == datetime(2021, 1, 2, 3, 4, 5)


def test_a_preview_that_the_camera_turned_is_not_turned_again() -> None:
    own = raws.with_exif(encoded(upright(640, 960), quality=90), orientation=1)
    assert looks_upright(decode(raws.nef(own, 6), max_pixels=LIMIT, min_side=None).image)


def test_tiles_of_the_sensor_are_not_taken_for_the_photo() -> None:
    data = raws.dng(PREVIEW)
    assert max(stream.pixels for stream in jpeg_streams(data)) == 960 * 640
    small = raws.dng(encoded(upright(300, 200)))
    assert max(stream.pixels for stream in jpeg_streams(small)) == 800 * 600
    found = preview(small)
    assert found is not None
    assert Image.open(io.BytesIO(found.jpeg)).size == (300, 200)


@pytest.mark.parametrize("orientation", [1, 6])
def test_without_a_preview_the_sensor_is_developed_at_half_its_size(orientation: int) -> None:
    data = raws.sensor_dng((1200, 800), orientation)
    facts = inspect(data, max_pixels=LIMIT)
    assert (facts.width, facts.height, facts.content_type) == (0, 0, sniff.DNG)
    decoded = decode(data, max_pixels=LIMIT, min_side=224)
    size = (600, 400) if orientation == 1 else (400, 600)
    assert decoded.image.size == (decoded.facts.width, decoded.facts.height) == size
    red, blue = ((0.2, 0.5), (0.8, 0.5)) if orientation == 1 else ((0.5, 0.2), (0.5, 0.8))
    for (x, y), colour in ((red, (230, 0, 25)), (blue, (25, 0, 230))):
        assert near(decoded.image.getpixel((int(x * size[0]), int(y * size[1]))), colour, 60)
    assert decoded.facts.latitude == pytest.approx(52.5)


def test_the_limit_of_pixels_holds_for_previews_and_sensors() -> None:
    assert failure(raws.nef(PREVIEW), max_pixels=500_000).code == Code.TOO_MANY_PIXELS
    with pytest.raises(BirdsError) as caught:
        inspect(raws.nef(PREVIEW), max_pixels=500_000)
    assert caught.value.code == Code.TOO_MANY_PIXELS
    assert failure(raws.sensor_dng(), max_pixels=900_000).code == Code.TOO_MANY_PIXELS


def test_a_small_preview_is_taken_where_there_is_nothing_better() -> None:
    facts = decode(raws.cr2(encoded(upright(160, 120))), max_pixels=LIMIT, min_side=None).facts
    assert (facts.width, facts.height) == (160, 120)


def test_what_holds_no_picture_is_refused_with_the_reason() -> None:
    empty = failure(raws.nef(encoded(upright(8, 8))))
    assert empty.code == Code.UNSUPPORTED_TYPE
    assert "camera raw" in empty.detail
    assert failure(raws.cr3(b"")).code in (Code.UNSUPPORTED_TYPE, Code.TRUNCATED_IMAGE)


def test_raws_that_end_in_the_middle_are_called_cut() -> None:
    noise = encoded(Image.effect_noise((800, 600), 80).convert("RGB"))
    data = raws.cr2(noise)
    assert failure(data[: data.index(noise) + len(noise) // 2]).code == Code.TRUNCATED_IMAGE
    sensor = raws.sensor_dng((2000, 1500))
    assert failure(sensor[: len(sensor) // 2]).code == Code.TRUNCATED_IMAGE
    assert failure(sensor[:20_000]).code == Code.TRUNCATED_IMAGE


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_preview_that_is_no_jpeg_is_taken_too_if_it_is_large(orientation: int) -> None:
    stored = upright(960, 640) if orientation == 1 else upright(960, 640).transpose(Image.Transpose.ROTATE_90)
    decoded = decode(raws.bitmap_dng(stored, orientation), max_pixels=LIMIT, min_side=None)
    assert looks_upright(decoded.image)
    assert (decoded.facts.width, decoded.facts.height) == (960, 640)
    small = raws.bitmap_dng(upright(160, 120), orientation)
    assert decode(small, max_pixels=LIMIT, min_side=None).image.size in ((600, 400), (400, 600))


def test_a_sensor_without_data_is_no_black_photo() -> None:
    data = raws.sensor_dng((2000, 1500), compressed=bytes(5_000))
    assert failure(data).code == Code.TRUNCATED_IMAGE


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg"])
def test_a_picture_as_tiff_is_no_camera_raw(compression: str) -> None:
    data = encoded(upright(), "TIFF", compression=compression)
    assert content_type(data) == sniff.TIFF
    assert looks_upright(decode(data, max_pixels=LIMIT, min_side=None).image)


def test_raws_of_makers_unknown_here_are_raws_too() -> None:
    first = raws.sensor()
    first.tags |= raws.camera("Some Camera")
    assert content_type(raws.tiff(first)) == sniff.OTHER_RAW


def test_bytes_made_to_take_long_do_not() -> None:
    starts = b"\xff\xd8\xff" * 2_000_000
    assert list(jpeg_streams(starts)) == []
    chain = b"\xff\xd8" + b"\xff\xe0\x00\x02" * 1_000_000
    assert list(jpeg_streams(chain + starts)) == []
    circle = raws.tiff(raws.Ifd({raws.SUB: (8, 8, 8, 8)}))
    assert content_type(circle) == sniff.TIFF


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(sorted(RAWS)),
    st.lists(st.tuples(st.floats(0, 0.05), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_no_damage_raises_anything_else(name: str, changes: list[tuple[float, int]]) -> None:
    data = bytearray(SAMPLES[name])
    for place, value in changes:
        data[int(place * len(data))] = value
    for look in (inspect, lambda data, max_pixels: decode(data, max_pixels=max_pixels, min_side=None)):
        with suppress(BirdsError):
            look(bytes(data), max_pixels=LIMIT)


SAMPLES = {name: make(PREVIEW, 1) for name, (make, _) in RAWS.items()}
