"""Where a photo's time is found, and what it then means."""

import struct
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from shared.photo import reconyx, xmp
from shared.photo.dates import taken
from shared.photo.decode import decode
from shared.photo.taken import TakenTime, TimeSource, clock
from tests.unit.photo.metadata import ATHENS, tags
from tests.unit.photo.pictures import LIMIT, encoded, upright
from tests.unit.photo.test_gps import ANY_VALUE, IN_ANY_TIME, NOON

Base = ExifTags.Base
PACKET = b'<rdf:Description exif:DateTimeOriginal="2019-06-07T08:09:10.25+05:30"/>'


def found(block: Image.Exif, packet: bytes | None = None) -> TakenTime:
    time = taken(block, packet)
    assert time is not None
    return time


def test_an_evening_stays_the_evening_it_was() -> None:
    time = found(tags(taken="2023:05:04 21:30:00", offset="-06:00"))
    assert (time.local, time.offset_minutes) == (datetime(2023, 5, 4, 21, 30), -360)
    assert time.utc == datetime(2023, 5, 5, 3, 30, tzinfo=UTC)


@pytest.mark.parametrize("offset", [None, "", "+99:00", "soon", "+23:59", "   :  ", "+05:60", 3])
def test_without_an_offset_there_is_no_utc(offset: Any) -> None:
    time = found(tags(taken="2023:05:04 21:30:00", offset=offset))
    assert (time.local, time.offset_minutes, time.utc) == (datetime(2023, 5, 4, 21, 30), None, None)


@pytest.mark.parametrize(
    ("text", "minutes"), [("+05:45", 345), ("-0330", -210), ("Z", 0), ("+5:30\x00", 330)]
)
def test_offsets_as_cameras_write_them(text: str, minutes: int) -> None:
    assert found(tags(taken="2023:05:04 21:30:00", offset=text)).offset_minutes == minutes


def test_an_offset_belongs_to_its_own_time() -> None:
    """OffsetTime is of the last change, which may have been at home."""
    assert (
        found(tags(taken="2023:05:04 21:30:00", details={Base.OffsetTime: "+01:00"})).offset_minutes is None
    )


def test_the_fraction_of_a_second_is_kept() -> None:
    time = found(tags(taken="2023:05:04 21:30:00", details={Base.SubsecTimeOriginal: "25 "}))
    assert time.local == datetime(2023, 5, 4, 21, 30, 0, 250_000)


HYPERFIRE = b"\x01\xf1\x03\x00" + bytes(0x16 - 4) + struct.pack("<6H", 31, 8, 8, 5, 7, 2015)


def test_the_most_trusted_time_wins() -> None:
    """All of them at once; then each without those before it."""
    block = tags(
        taken="2020:01:01 01:00:00",
        gps={**ATHENS, **NOON},
        top={Base.DateTime: "2020:01:03 03:00:00"},
        details={Base.DateTimeDigitized: "2020:01:02 02:00:00", Base.MakerNote: HYPERFIRE},
    )
    details = block.get_ifd(ExifTags.IFD.Exif)
    order = []
    order.append(found(block, PACKET).source)
    details[Base.DateTimeOriginal] = "0000:00:00 00:00:00"
    order.append(found(block, PACKET).source)
    del details[Base.DateTimeDigitized]
    order.append(found(block, PACKET).source)
    del block[Base.DateTime]
    order.append(found(block, PACKET).source)
    block.get_ifd(ExifTags.IFD.GPSInfo).clear()
    order.append(found(block, PACKET).source)
    order.append(found(block).source)
    assert order == [source for source in TimeSource if source is not TimeSource.FILE_NAME]
    del details[Base.MakerNote]
    assert taken(block) is None


def test_the_time_of_satellites_is_utc_and_no_local_time() -> None:
    time = found(tags(gps={**ATHENS, **NOON}))
    assert (time.local, time.offset_minutes) == (None, None)
    assert time.utc == datetime(2022, 2, 3, 12, 30, 45, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "0000:00:00 00:00:00", "2024:13:01 00:00:00", "2024:02:30 00:00:00", "2024:05:01 24:00:00",
        "yesterday", "", "1066:10:14 09:00:00", "9999:12:31 23:59:59", "    :  :     :  :  ",
        "2024:05:01", "٢٠٢٤:٠٥:٠١ ١٨:٣٠:٠٠", 7,
    ],
)  # fmt: skip
def test_nonsense_dates_are_none(written: Any) -> None:
    assert taken(tags(taken=written, offset="-14:00")) is None


@pytest.mark.parametrize(
    "written",
    [
        "2024:05:01 18:30:00\x00",
        "2024-05-01T18:30:00",
        "2024/05/01 18:30:00",
        "2024:5:1 18:30",
        b"2024:05:01 18:30:00",
    ],
)
def test_other_ways_to_write_a_date(written: Any) -> None:
    assert found(tags(taken=written)).local == datetime(2024, 5, 1, 18, 30)


@pytest.mark.parametrize(
    "packet",
    [
        PACKET,
        b"<exif:DateTimeOriginal>2019-06-07T08:09:10.25+05:30</exif:DateTimeOriginal>",
        b"<photoshop:DateCreated>\n 2019-06-07T08:09:10.25+05:30 </photoshop:DateCreated>",
        b"<a xmp:ModifyDate='2024-01-01T00:00:00' xmp:CreateDate = '2019-06-07T08:09:10.25+05:30'>",
        b"<a exif:DateTimeOriginal='1 May' xmp:CreateDate='2019-06-07T08:09:10.25+05:30'>",
    ],
)
def test_dates_of_xmp(packet: bytes) -> None:
    time = found(Image.Exif(), packet)
    assert time.source is TimeSource.XMP
    assert (time.local, time.offset_minutes) == (datetime(2019, 6, 7, 8, 9, 10, 250_000), 330)


@pytest.mark.parametrize(
    "packet", [b"", b"<xmp:ModifyDate>2024-01-01T00:00:00</xmp:ModifyDate>", "text", None]
)
def test_packets_without_a_date(packet: Any) -> None:
    assert taken(Image.Exif(), packet) is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "TIFF"])
def test_xmp_is_read_out_of_every_format_that_holds_it(kind: str) -> None:
    options: dict[str, Any] = {"xmp": PACKET}
    if kind == "TIFF":
        options = {"tiffinfo": {700: PACKET}}
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        options = {"pnginfo": PngInfo()}
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", PACKET.decode())
    time = decode(encoded(upright(), kind, **options), max_pixels=LIMIT, min_side=None).facts.taken
    assert time is not None
    assert (time.source, time.offset_minutes) == (TimeSource.XMP, 330)


def words(*numbers: int) -> bytes:
    return struct.pack(f"<{len(numbers)}H", *numbers)


def placed(start: bytes, at: int, value: bytes) -> bytes:
    return start.ljust(at, b"\0") + value


@pytest.mark.parametrize(
    ("note", "make"),
    [
        (HYPERFIRE, ""),
        (placed(b"\x01\xf1\x07\x00", 0x16, words(31, 8, 8, 5, 7, 2015)), "RECONYX"),
        (placed(b"\x01\xf1\x03\x00", 0x16, struct.pack(">6H", 31, 8, 8, 5, 7, 2015)), ""),
        (placed(b"RECONYXUF\0", 0x3B, struct.pack("<5BH", 31, 8, 8, 7, 5, 2015)), ""),
        (placed(b"RECONYXH2\0", 0x3E, words(31, 8, 8, 5, 7, 2015, 4)), ""),
        (placed(b"RECONYXH2\0", 0x3E, words(31, 8, 8, 7, 5, 2015, 4)), ""),
        (placed(b"RECONYXMF\0", 0x4E, words(31, 8, 8, 5, 7, 2015)), ""),
        (placed(b"RECONYXHF4K\0", 0x2F, struct.pack("<5BH", 31, 8, 8, 7, 5, 2015)), ""),
    ],
)
def test_clocks_of_trail_cameras(note: bytes, make: str) -> None:
    """Thursday, 7 May 2015, 08:08:31, in each layout."""
    block = tags(top={Base.Make: make}, details={Base.MakerNote: note})
    time = found(block)
    assert (time.source, time.local) == (TimeSource.MAKER_NOTE, datetime(2015, 5, 7, 8, 8, 31))


@pytest.mark.parametrize(
    "note",
    [
        HYPERFIRE[:-1],
        placed(b"\x01\xf1\x03\x00", 0x16, bytes(12)),
        placed(b"\x01\xf1\x07\x00", 0x16, words(31, 8, 8, 5, 7, 2015)),  # not Reconyx's
        placed(b"RECONYXH2\0", 0x3E, words(31, 8, 8, 5, 7, 2015, 1)),  # the weekday fits neither reading
        placed(b"RECONYXUF\0", 0x3B, struct.pack("<5BH", 31, 8, 8, 31, 2, 2015)),
        b"Nikon\0",
        "",
        None,
    ],
)
def test_notes_that_tell_no_time(note: Any) -> None:
    assert reconyx.clock_of(note, "") is None


def test_a_time_survives_the_way_through_json() -> None:
    for block in (
        tags(taken="2023:05:04 21:30:00", offset="-06:00"),
        tags(taken="2023:05:04 21:30:00"),
        tags(gps=NOON),
    ):
        assert TakenTime.of_columns(found(block).as_columns()) == found(block)


@IN_ANY_TIME
@given(st.text(max_size=40))
def test_no_text_makes_the_clock_raise(text: str) -> None:
    clock(text)


@IN_ANY_TIME
@given(st.binary(max_size=200))
def test_no_packet_raises(noise: bytes) -> None:
    for packet in (noise, b"exif:DateTimeOriginal='" + noise, PACKET[:50] + noise):
        xmp.dates(packet)
        taken(Image.Exif(), packet)


@IN_ANY_TIME
@given(
    st.sampled_from([b"\x01\xf1\x03\x00", b"RECONYXUF\0", b"RECONYXH2\0", b"RECONYXMF\0", b"RECONYXHF4K\0"]),
    st.binary(max_size=120),
)
def test_no_note_raises(start: bytes, rest: bytes) -> None:
    reconyx.clock_of(start + rest, "RECONYX")


@IN_ANY_TIME
@given(
    st.dictionaries(
        st.sampled_from(
            [Base.DateTimeOriginal, Base.OffsetTimeOriginal, Base.SubsecTimeOriginal, Base.MakerNote]
        ),
        ANY_VALUE,
    ),
    st.dictionaries(st.sampled_from([Base.DateTime, Base.Make]), ANY_VALUE),
    st.dictionaries(st.sampled_from([7, 9, 29]), ANY_VALUE),
)
def test_no_value_of_any_tag_raises(
    details: dict[int, Any], top: dict[int, Any], places: dict[int, Any]
) -> None:
    taken(tags(details=details, top=top, gps=places), PACKET)
