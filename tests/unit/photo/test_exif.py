from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from shared.errors import BirdsError
from shared.photo import exif
from shared.photo.decode import decode
from shared.photo.facts import PhotoFacts
from tests.unit.photo.metadata import ATHENS, tags
from tests.unit.photo.pictures import LIMIT, encoded, upright


def facts_of(block: Image.Exif, kind: str = "JPEG") -> PhotoFacts:
    return decode(encoded(upright(), kind, exif=block.tobytes()), max_pixels=LIMIT, min_side=None).facts


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_time_and_place_survive_the_way_through_a_file(kind: str) -> None:
    facts = facts_of(tags(taken="2024:05:01 18:30:00", offset="+02:00", gps=ATHENS), kind)
    assert facts.taken is not None
    assert facts.taken.local == datetime(2024, 5, 1, 18, 30)
    assert facts.taken.utc == datetime(2024, 5, 1, 16, 30, tzinfo=UTC)
    assert (facts.latitude, facts.longitude) == pytest.approx((37.975, 23.72))


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
