import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from shared.photo.sniff import SNIFF_BYTES, content_type, is_archive
from tests.unit.photo.pictures import encoded, heic, upright


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("GIF", "image/gif"),
        ("TIFF", "image/tiff"),
        ("BMP", "image/bmp"),
        ("AVIF", "image/avif"),
    ],
)
def test_formats_are_told_by_their_first_bytes(kind: str, expected: str) -> None:
    assert content_type(encoded(upright(), kind)[:SNIFF_BYTES]) == expected


def test_heic_is_told_from_avif() -> None:
    assert content_type(heic(Image.new("RGB", (64, 64)))[:SNIFF_BYTES]) == "image/heic"


@pytest.mark.parametrize(
    ("brands", "expected"),
    [
        (b"mif1\x00\x00\x00\x00mif1heic", "image/heic"),
        (b"mif1\x00\x00\x00\x00mif1avif", "image/avif"),
        (b"mif1\x00\x00\x00\x00mif1miaf", "image/heif"),
        (b"isom\x00\x00\x00\x00isomavc1", None),
        (b"crx \x00\x00\x00\x00crx isom", "image/x-canon-cr3"),
    ],
)
def test_brands_beyond_the_first_count(brands: bytes, expected: str | None) -> None:
    box = (8 + len(brands)).to_bytes(4, "big") + b"ftyp" + brands
    assert content_type(box + b"heic" * 8) == expected


def test_archives() -> None:
    assert is_archive(b"PK\x03\x04rest")
    assert is_archive(b"PK\x05\x06" + bytes(18))
    assert not is_archive(b"PKZIP")


@pytest.mark.parametrize(
    "head", [b"", b"BM is how this text begins", b"RIFF\x00\x00\x00\x00WAVE", b"<svg>", b"%PDF"]
)
def test_other_files_are_unknown(head: bytes) -> None:
    assert content_type(head) is None


@given(st.binary(max_size=80))
def test_no_bytes_make_it_fail(head: bytes) -> None:
    content_type(head)
