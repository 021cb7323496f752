from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.photo.file_names import taken_by_name
from shared.photo.taken import TimeSource
from tests.unit.photo.test_gps import IN_ANY_TIME

EVENING = datetime(2023, 5, 4, 21, 30, 15)


@pytest.mark.parametrize(
    "name",
    [
        "IMG_20230504_213015.jpg",
        "trip/2023-05-04 21.30.15.jpg",
        "2023-05-04_21-30-15.heic",
        "20230504213015.jpg",
        "Screenshot_2023-05-04-21-30-15-42.png",
        "WhatsApp Image 2023-05-04 at 21.30.15.jpeg",
        "photo_2023-05-04_21-30-15.jpg",
        "signal-2023-05-04-213015.jpg",
        "20210101_000000/IMG_20230504_213015~2.jpg",
        "2023.05.04_21.30.15 (1).jpg",
        "20230504T213015.jpg",
    ],
)
def test_names_that_tell_a_local_time(name: str) -> None:
    time = taken_by_name(name)
    assert time is not None
    assert (time.source, time.local, time.utc) == (TimeSource.FILE_NAME, EVENING, None)


def test_thousandths_are_kept() -> None:
    time = taken_by_name("IMG_20230504_213015042.jpg")
    assert time is not None
    assert time.local == EVENING.replace(microsecond=42_000)


@pytest.mark.parametrize("name", ["PXL_20230504_213015000.jpg", "20230504T213015Z.jpg"])
def test_names_that_tell_utc(name: str) -> None:
    time = taken_by_name(name)
    assert time is not None
    assert (time.local, time.utc) == (None, EVENING.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    "name",
    [
        "IMG_0042.JPG",
        "IMG-20230504-WA0001.jpg",  # a date, and a count
        "IMG_20230504_0012.jpg",
        "20231304_213015.jpg",
        "20230230_213015.jpg",
        "20230504_253015.jpg",
        "120230504_213015.jpg",
        "1683235815000.jpg",
        "2023-05-04 at 09.30.15 PM.png",  # a clock of twelve hours
        "20230504_213015/DSC_0001.jpg",  # the folder's name is not the photo's
        "",
    ],
)
def test_names_that_tell_no_time(name: str) -> None:
    assert taken_by_name(name) is None


@IN_ANY_TIME
@given(st.text(alphabet="0123456789-_.: TZ/atPXLM", max_size=40))
def test_no_name_raises(name: str) -> None:
    taken_by_name(name)
