from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, TiffImagePlugin

from shared.errors import BirdsError
from shared.photo import exif
from shared.photo.decode import decode
from shared.photo.facts import PhotoFacts
from tests.unit.photo.pictures import LIMIT, encoded, upright

Ratio = TiffImagePlugin.IFDRational
ATHENS = {1: "N", 2: (37.0, 58.0, 30.0), 3: "E", 4: (23.0, 43.0, 12.0)}


def tags(*, taken: Any = None, offset: Any = None, gps: dict[int, Any] | None = None) -> Image.Exif:
    block = Image.Exif()
    block[ExifTags.Base.Make] = "a camera"
    directory = block.get_ifd(ExifTags.IFD.Exif)
    if taken is not None:
        directory[ExifTags.Base.DateTimeOriginal] = taken
    if offset is not None:
        directory[ExifTags.Base.OffsetTimeOriginal] = offset
    if gps:
        block.get_ifd(ExifTags.IFD.GPSInfo).update(gps)
    return block


def facts_of(block: Image.Exif, kind: str = "JPEG") -> PhotoFacts:
    return decode(encoded(upright(), kind, exif=block.tobytes()), max_pixels=LIMIT, min_side=None).facts


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_time_and_place_survive_the_way_through_a_file(kind: str) -> None:
    facts = facts_of(tags(taken="2024:05:01 18:30:00", offset="+02:00", gps=ATHENS), kind)
    assert facts.taken_at == datetime(2024, 5, 1, 16, 30, tzinfo=UTC)
    assert (facts.latitude, facts.longitude) == pytest.approx((37.975, 23.72))


def test_without_an_offset_the_clock_is_taken_as_utc() -> None:
    assert exif.taken_at(tags(taken="2024:05:01 18:30:00")) == datetime(2024, 5, 1, 18, 30, tzinfo=UTC)


def test_south_and_west_are_negative() -> None:
    found = exif.position(tags(gps={**ATHENS, 1: "S", 3: "W"}))
    assert found == pytest.approx((-37.975, -23.72))


@pytest.mark.parametrize(
    "taken",
    [
        "0000:00:00 00:00:00",
        "2024:13:01 00:00:00",
        "yesterday",
        "",
        "1066:10:14 09:00:00",
        "9999:12:31 23:59:59",
        7,
    ],
)
def test_nonsense_dates_are_none(taken: Any) -> None:
    assert exif.taken_at(tags(taken=taken, offset="-14:00")) is None


@pytest.mark.parametrize("offset", ["+99:00", "soon", "", "+23:59", 3])
def test_nonsense_offsets_are_utc(offset: Any) -> None:
    assert exif.taken_at(tags(taken="2024:05:01 18:30:00", offset=offset)) == datetime(
        2024, 5, 1, 18, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "change",
    [
        {2: (Ratio(37, 1), Ratio(0, 0), Ratio(0, 0))},
        {2: (91.0, 0.0, 0.0)},
        {4: (180.0, 30.0, 0.0)},
        {2: (-1.0, 0.0, 0.0)},
        {2: (float("nan"), 0.0, 0.0)},
        {2: (37.0,)},
        {2: "north"},
        {1: ""},
        {3: "X"},
        {1: b"\xff"},
    ],
)
def test_hostile_positions_are_none(change: dict[int, Any]) -> None:
    assert exif.position(tags(gps={**ATHENS, **change})) is None


def test_half_a_position_is_none() -> None:
    assert exif.position(tags(gps={1: "N", 2: (37.0, 58.0, 30.0)})) is None


@pytest.mark.parametrize("value", [0, 9, -1, "6", 3.0])
def test_unknown_orientations_are_upright(value: Any) -> None:
    block = Image.Exif()
    block[ExifTags.Base.Orientation] = value
    assert exif.orientation(block) == 1


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300))
def test_no_exif_block_makes_decoding_fail(block: bytes) -> None:
    facts = facts_of_raw(b"Exif\x00\x00" + block)
    assert facts.width * facts.height == 96 * 64


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_no_damage_to_an_exif_block_makes_decoding_fail(data: st.DataObject) -> None:
    block = bytearray(tags(taken="2024:05:01 18:30:00", offset="+02:00", gps=ATHENS).tobytes())
    for _ in range(data.draw(st.integers(1, 8))):
        block[data.draw(st.integers(0, len(block) - 1))] = data.draw(st.integers(0, 255))
    facts_of_raw(bytes(block))


def facts_of_raw(block: bytes) -> PhotoFacts:
    photo = encoded(upright(), "JPEG", exif=block)
    try:
        return decode(photo, max_pixels=LIMIT, min_side=None).facts
    except BirdsError as error:  # an EXIF block is no reason to refuse a photo
        raise AssertionError(error) from error
